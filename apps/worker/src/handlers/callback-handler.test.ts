import { createOutbound } from "@switchyard/outbound/create-outbound";
import { expect, onTestFinished, test } from "vitest";
import { attemptOf } from "../testing/attempt-of.ts";
import { startService } from "../testing/start-service.ts";
import { createCallbackHandler } from "./callback-handler.ts";

async function callService(data: (url: string) => unknown) {
  const service = await startService(() => ({ status: 200 }));
  onTestFinished(service.close);
  const outbound = createOutbound({ secrets: ["secret"], allowedHosts: ["127.0.0.1"], allowedPorts: [] });
  const outcome = await createCallbackHandler(outbound)(attemptOf(data(service.url)).attempt);
  return { outcome, requests: service.requests };
}

test("the record goes out as it was written, under the id of the callback in every attempt", async () => {
  const record = '{"id":"t_1","result":9007199254740993}';
  const { outcome, requests } = await callService((url) => ({ url, record }));
  expect(outcome).toEqual({ kind: "succeeded", result: { status: 200 } });
  expect(requests[0]?.text).toBe(record);
  expect(requests[0]?.headers["webhook-id"]).toBe("t_1");
});

test.each<[string, (url: string) => unknown]>([
  ["no data", () => null],
  ["no record", (url) => ({ url })],
  ["a record that is no text", (url) => ({ url, record: { id: "t_1" } })],
  ["no URL", () => ({ record: "{}" })],
  ["a URL that is none", () => ({ url: "not a url", record: "{}" })],
])(
  "a task with %s, which anybody who writes to Redis can enqueue, fails for good and sends nothing",
  async (_, data) => {
    const { outcome, requests } = await callService(data);
    expect(outcome).toMatchObject({ kind: "failed", final: true });
    expect(requests).toEqual([]);
  },
);
