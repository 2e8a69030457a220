import { createHmac } from "node:crypto";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import { startFakeBackEnd } from "@switchyard/testkit/fake-back-end";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createHookMetrics } from "../metrics/hook-metrics.ts";
import { Asked } from "./asked.ts";
import { openHooks } from "./hooks.ts";

const logger = createLogger({ app: "test", level: "fatal" });
const secretOf = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString("base64")}`;
const [today, yesterday, ofTasks, ofTasksBefore] = ["a", "b", "c", "d"].map(secretOf);

/** The secrets by which the question of a gateway with these settings can be verified. */
async function signedBy(proxy: object, tasks: object): Promise<unknown[]> {
  const backEnd = await startFakeBackEnd(() => ({ json: { result: { user: "ann" } } }));
  const stack = createReleaseStack();
  const connect = { enabled: true, endpoint: backEnd.url, ...proxy };
  const settings = checkSettings({ client: { proxy: { connect } }, tasks });
  const hooks = openHooks({ settings, metrics: createHookMetrics(new Registry()), logger, stack, caller: undefined });
  const asked = new Asked();
  const origin = { facts: { transport: "websocket", protocol: "json" } };
  const client = { id: "c", user: "", credentials: { meta: undefined }, origin, asked, gone: asked.signal };
  expect(await hooks?.connect?.ask(client, {})).toMatchObject({ kind: "result" });
  const [{ text, headers } = { text: "", headers: {} as Record<string, undefined> }] = backEnd.asked;
  await stack.close();
  await backEnd.close();
  const { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signatures = "" } = headers;
  const verifies = (secret = "") => {
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    const own = createHmac("sha256", key)
      .update(`${String(id)}.${String(time)}.${text}`)
      .digest("base64");
    return String(signatures).split(" ").includes(`v1,${own}`);
  };
  return [today, yesterday, ofTasks, ofTasksBefore].map(verifies);
}

test("questions are signed by the secret and the one before, the hook's own or else those of tasks, so that a change stops nobody", async () => {
  const own = { signing_secret: today, signing_previous_secret: yesterday };
  const shared = { signing_secret: ofTasks, signing_previous_secret: ofTasksBefore };
  expect(await signedBy(own, shared)).toEqual([true, true, false, false]);
  expect(await signedBy({ signing_secret: today }, shared)).toEqual([true, false, false, false]);
  expect(await signedBy({}, shared)).toEqual([false, false, true, true]);
  expect(await signedBy({}, {})).toEqual([false, false, false, false]);
});
