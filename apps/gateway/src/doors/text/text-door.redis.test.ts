import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { eventually } from "@switchyard/testkit/eventually";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTextStage, type TextStage } from "./testing/text-stage.ts";

let stage: TextStage;

beforeAll(async () => {
  stage = await startTextStage();
});
afterEach(() => stage.closeDoors());
afterAll(() => stage.close());

test("with a secret nothing is pushed before it was said, and it is never handed on", async () => {
  const secret = "a-secret-of-the-text-door";
  const { port, lines, registry } = await stage.openDoor({ secret });
  const peer = await stage.openPeer(port);
  const before = stage.heard.length;
  const said = `{"secret":"${secret}"}\n`;
  peer.socket.write(`{"uid":"uid1"}\n${said}{"uid":"uid1"}\n{"uid":"uid1","secret":"${secret}"}\n`);
  expect(await peer.answers(4)).toEqual(["fail", "ok", "ok", "fail"]);
  expect(stage.heard.slice(before)).toEqual(['user:uid1 {"data":{"uid":"uid1"}}']);
  const hasty = await stage.openPeer(port);
  hasty.socket.write(`{"uid":"uid1","secret":"${secret}"}\n{"uid":"uid1"}\n`);
  expect(await hasty.answers(2)).toEqual(["fail", "fail"]);
  const stranger = await stage.openPeer(port);
  stranger.socket.write(`{"secret":"wrong"}\n{"uid":"uid1"}\n`);
  await stranger.closed;
  expect((await stranger.answers(1))[0]).toBe("fail");
  expect(stage.heard.slice(before)).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toContain(secret);
  expect(await registry.metrics()).toContain('text_lines_total{outcome="refused"} 6');
});

test("secrets cannot be tried out one after the other in a packet", async () => {
  const secret = "a-secret-of-the-text-door";
  const peer = await stage.openPeer((await stage.openDoor({ secret })).port);
  const before = stage.heard.length;
  peer.socket.write(`{"secret":"wrong"}\n{"secret":"${secret}"}\n{"uid":"uid1"}\n`);
  await peer.closed;
  expect(await peer.answers(3)).toEqual(["fail", "fail", "fail"]);
  expect(stage.heard).toHaveLength(before);
});

test.each([
  ["POST / HTTP/1.1\r\nContent-Type: text/plain\r\n", "a request"],
  [
    `POST /${"x".repeat(70_000)} HTTP/1.1\r\nHost: 127.0.0.1:5678\r\n`,
    "one with an address that is too long for a line",
  ],
  [`POST /${"x".repeat(70_000)}\n`, "one that is not even finished"],
  ["get http://127.0.0.1:5678/ HTTP/1.0\n", "one of another client"],
])("a page cannot push by way of the browser of who looks at it: %#", async (head) => {
  const peer = await stage.openPeer((await stage.openDoor()).port);
  const before = stage.heard.length;
  peer.socket.write(`${head}\r\n{"uid":"uid1","text":"from a stranger"}\n`);
  await peer.closed;
  expect(new Set(await peer.answers(2))).toEqual(new Set(["fail"]));
  expect(stage.heard).toHaveLength(before);
});

test("who does not say the secret is closed after a while, who has said it stays", async () => {
  const secret = "a-secret-of-the-text-door";
  const { port } = await stage.openDoor({ secret }, { client: { stale_close_delay: "100ms" } });
  const [known, silent] = [await stage.openPeer(port), await stage.openPeer(port)];
  known.socket.write(`{"secret":"${secret}"}\n`);
  await silent.closed;
  known.socket.write('{"uid":"uid1"}\n');
  expect(await known.answers(2)).toEqual(["ok", "ok"]);
});

test("one connection too many is told and closed, and one that leaves makes room", async () => {
  const { port } = await stage.openDoor({ connection_limit: 1 });
  const first = await stage.openPeer(port);
  first.socket.write("\n");
  await first.answers(1);
  const second = await stage.openPeer(port);
  await second.closed;
  expect(await second.answers(1)).toEqual(["fail"]);
  first.socket.destroy();
  await eventually(async () => {
    const third = await stage.openPeer(port);
    third.socket.write('{"uid":"uid1"}\n');
    expect(await third.answers(1)).toEqual(["ok"]);
  });
});

test("while Redis does not answer lines are `fail`, each in its turn, said to be in doubt, and `ok` again once it does", async () => {
  const peer = await stage.openPeer((await stage.openDoor()).port);
  const line = '{"uid":"uid1"}\n';
  peer.socket.write(line);
  await peer.answers(1);
  stage.redis.signal("SIGSTOP");
  peer.socket.write(`${line}x\n{"uid":"uid1","receipt":true}\n`);
  const answers = await peer.answers(4).finally(() => stage.redis.signal("SIGCONT"));
  expect(answers.slice(1, 3)).toEqual(["fail", "fail"]);
  expect(JSON.parse(answers[3] ?? "")).toMatchObject({
    ok: false,
    error: expect.stringMatching(/may or may not have been done.*`idempotency_key`/),
  });
  await eventually(async () => {
    const later = await stage.openPeer((await stage.openDoor()).port);
    later.socket.write(line);
    expect(await later.answers(1)).toEqual(["ok"]);
  });
});

test("what Redis has not done it is not said that it may have done: full, or not there", async () => {
  const { port, registry } = await stage.openDoor();
  const peer = await stage.openPeer(port);
  const line = '{"uid":"uid1","receipt":true}\n';
  await stage.redis.command("CONFIG", "SET", "maxmemory", "1");
  peer.socket.write(line);
  const [answer = ""] = await peer.answers(1);
  await stage.redis.command("CONFIG", "SET", "maxmemory", "0");
  expect(JSON.parse(answer)).toMatchObject({ ok: false, error: expect.stringMatching(/nothing was done; try again/) });
  peer.socket.write('{"uid":"uid1"}\n');
  expect(await peer.answers(2)).toEqual([answer, "ok"]);
  expect(await registry.metrics()).toContain('text_lines_total{outcome="undone"} 1');
});

test("a drain answers what was begun, takes nobody new, and ends", async () => {
  const { door, port } = await stage.openDoor();
  const peer = await stage.openPeer(port);
  peer.socket.write('{"uid":"uid1"}\n');
  await peer.answers(1);
  peer.socket.write('{"uid":"uid1","n":2}\n');
  await eventually(() => expect(stage.heard.at(-1)).toContain('"n":2'));
  door?.shut();
  door?.drain(disconnectCodes.shutdown, { windowMs: 0, graceMs: 0 });
  await door?.close();
  const [first, second, last = ""] = await peer.answers(3);
  expect([first, second]).toEqual(["ok", "ok"]);
  expect(JSON.parse(last)).toMatchObject({ type: "closing", code: 3001, reconnectAfterMs: expect.any(Number) });
  const late = connect({ port, host: "127.0.0.1" });
  const [error] = (await once(late, "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNREFUSED");
});

test("a taken port ends the start in one line, or leaves the door out where it may", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  await expect(stage.openDoor({ port })).rejects.toMatchObject({
    kind: "environment",
    message: expect.stringMatching(/^the text door: port \d+ on 127\.0\.0\.1 is taken; .*text\.port.*$/),
  });
  const { door, lines } = await stage.openDoor({ port }, { gateway: { skip_taken_ports: true } });
  expect([door, lines]).toEqual([undefined, [{ door: "text", host: "127.0.0.1", port }]]);
  holder.close();
});

test("closed by default", async () => {
  expect((await stage.openDoor({ enabled: false })).door).toBeUndefined();
});
