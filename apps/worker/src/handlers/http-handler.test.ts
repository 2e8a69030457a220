import { type AddressInfo, createServer } from "node:net";
import { createOutbound } from "@switchyard/outbound/create-outbound";
import { expect, onTestFinished, test } from "vitest";
import { attemptOf } from "../testing/attempt-of.ts";
import { startService } from "../testing/start-service.ts";
import { createHttpHandler } from "./http-handler.ts";

async function callService(...answer: Parameters<typeof startService>) {
  const service = await startService(...answer);
  onTestFinished(service.close);
  const outbound = createOutbound({ secrets: ["secret"], allowedHosts: [], allowedPorts: [] });
  const run = createHttpHandler({ url: `${service.url}/run`, outbound });
  return { ...service, run };
}

test("the task is posted, signed, and the answer's JSON is the result", async () => {
  const { run, requests } = await callService(() => ({ status: 200, text: '{"width":640}' }));
  expect(await run(attemptOf({ n: 1 }).attempt)).toEqual({ kind: "succeeded", result: { width: 640 } });
  expect(requests[0]?.body).toEqual({ id: "t_1", handler: "test", data: { n: 1 }, group: "g", attempt: 2, token: "7" });
  expect(requests[0]?.isSignedWith("secret")).toBe(true);
  expect(requests[0]?.isSignedWith("other")).toBe(false);
  expect(requests[0]?.headers["webhook-id"]).toBe("t_1_7");
});

test("a service reads the JSON that was enqueued and its own JSON comes back, digit by digit", async () => {
  const { run, requests } = await callService(() => ({ status: 200, text: '{"id":9007199254740993,"price":1.0}' }));
  const outcome = await run({ ...attemptOf(null).attempt, dataJson: '{"id":9007199254740993,"price":1.0}' });
  expect(JSON.stringify(outcome)).toContain('"result":{"id":9007199254740993,"price":1.0}');
  expect(requests[0]?.text).toContain('"data":{"id":9007199254740993,"price":1.0},');
});

test("an empty answer is null", async () => {
  const { run } = await callService(() => ({ status: 204 }));
  expect(await run(attemptOf(null).attempt)).toEqual({ kind: "succeeded", result: null });
});

test.each([
  [500, false],
  [503, false],
  [429, false],
  [408, false],
  [425, false],
  [400, true],
  [404, true],
  [302, true],
])("status %i is a failed attempt, final: %s, and names the status", async (status, final) => {
  const { run, requests } = await callService(() => ({ status }));
  expect(await run(attemptOf(null).attempt)).toMatchObject({
    kind: "failed",
    final,
    message: expect.stringContaining(String(status)),
  });
  expect(requests).toHaveLength(1);
});

test.each([
  ["half a surrogate pair", '"a\\ud800"', "half a surrogate pair"],
  ["bytes that are not UTF-8", Buffer.from('"caf\xe9"', "latin1"), "not UTF-8"],
])("an answer with %s fails for good and says so", async (_what, text, reason) => {
  const { run } = await callService(() => ({ status: 200, text }));
  expect(await run(attemptOf(null).attempt)).toMatchObject({
    code: "result_unserialisable",
    message: expect.stringContaining(reason),
    final: true,
  });
});

test("an answer that is not JSON fails for good, and the text of it is told to nobody", async () => {
  const { run } = await callService(() => ({ status: 200, text: "<html>secret" }));
  const outcome = await run(attemptOf(null).attempt);
  expect(outcome).toMatchObject({ kind: "failed", code: "result_unserialisable", final: true });
  expect(JSON.stringify(outcome)).not.toContain("secret");
});

test("an answer over 1 MiB is cut off and fails the task for good, for asking again would repeat the work", async () => {
  const { run } = await callService(() => ({ status: 200, text: "x".repeat(1_048_577) }));
  expect(await run(attemptOf(null).attempt)).toMatchObject({
    kind: "failed",
    code: "result_too_large",
    message: expect.stringContaining("1048576"),
    final: true,
  });
});

test("a service that switches protocols has answered 101, at once", async () => {
  const server = createServer((socket) => {
    socket.once("data", () =>
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
    );
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const outbound = createOutbound({ secrets: ["secret"], allowedHosts: [], allowedPorts: [] });
  const run = createHttpHandler({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, outbound });
  const message = expect.stringContaining("it answered 101");
  expect(await run(attemptOf(null).attempt)).toMatchObject({ kind: "failed", code: "handler_failed", message });
});

test("an abort closes the connection to a service that never answers", async () => {
  const { run, requests } = await callService(() => undefined);
  const controller = new AbortController();
  const running = run(attemptOf(null, { signal: controller.signal }).attempt);
  await expect.poll(() => requests.length).toBe(1);
  controller.abort();
  await expect(running).rejects.toThrow(/abort/i);
});
