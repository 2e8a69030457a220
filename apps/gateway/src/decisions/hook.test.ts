import type { Answer } from "@switchyard/decisions/decision";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createHookMetrics } from "../metrics/hook-metrics.ts";
import { Asked } from "./asked.ts";
import { Hook } from "./hook.ts";

const unset = { include_connection_meta: false, binary_encoding: false, grace_limit: 10, timeout: "1s" };

async function linesOf(answer: Answer, proxy: { readonly endpoint: string; readonly handler: string }) {
  const lines: object[] = [];
  const hook = new Hook({
    name: "connect",
    proxyName: "default",
    proxy: { ...unset, ...proxy },
    transportHeaders: [],
    emulatedHeaders: [],
    source: { ask: () => Promise.resolve(answer), close: () => Promise.resolve() },
    metrics: createHookMetrics(new Registry()),
    logger: { warn: (...[fields]: unknown[]) => void lines.push(fields as object) },
  });
  const asked = new Asked();
  const origin = { facts: { transport: "websocket", protocol: "json" } };
  await hook.ask({ id: "c", user: "", credentials: { meta: undefined }, origin, asked, gone: asked.signal }, {});
  return lines;
}

const endpoint = { endpoint: "http://shop:secret-word@app.test/hub/connect?key=secret-word", handler: "" };

test("a failure names whom it was asked: an endpoint without what may be secret in it, or a handler", async () => {
  const failure = { kind: "failed", reason: "no_worker" } as const;
  const labels = { hook: "connect", proxy: "default", reason: "no_worker" };
  expect(await linesOf(failure, endpoint)).toEqual([{ ...labels, endpoint: "http://app.test/hub/connect" }]);
  expect(await linesOf(failure, { endpoint: "", handler: "judge" })).toEqual([{ ...labels, handler: "judge" }]);
});

test("a code that clients are not sent is named with the one they are sent, and one that they are is not", async () => {
  const error = { kind: "error", code: 100, message: "internal server error", temporary: false } as const;
  expect(await linesOf({ ...error, saidCode: 2_000 }, endpoint)).toMatchObject([
    { hook: "connect", endpoint: "http://app.test/hub/connect", saidCode: 2_000, code: 100 },
  ]);
  expect(await linesOf(error, endpoint)).toEqual([]);
});
