import { eventually } from "@switchyard/testkit/eventually";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTextStage, type TextStage } from "./testing/text-stage.ts";

let stage: TextStage;

beforeAll(async () => {
  stage = await startTextStage();
});
afterEach(() => stage.closeDoors());
afterAll(() => stage.close());

test("`ok` says that a connection on another gateway was handed the very line, `fail` that none was", async () => {
  const peer = await stage.openPeer((await stage.openDoor()).port);
  peer.socket.write('{"uid":"uid2","n":1}\n{"uid":"left","n":1}\n{"uid":"uid1","percent":"88%"}\n');
  expect(await peer.answers(3)).toEqual(["fail", "fail", "ok"]);
  expect(stage.heard.at(-1)).toBe('user:uid1 {"data":{"uid":"uid1","percent":"88%"}}');
});

test("what is handed on is the text as it was written: spaces, escapes and the digits of its numbers", async () => {
  const peer = await stage.openPeer((await stage.openDoor()).port);
  const line = '{ "uid" : "uid1", "n":12345678901234567890, "f":1.0, "t":"\\u5b8c成" }';
  peer.socket.write(`${line}\r\n`);
  expect(await peer.answers(1)).toEqual(["ok"]);
  expect(stage.heard.at(-1)).toBe(`user:uid1 {"data":${line}}`);
});

test("channels and everybody are addressed as well", async () => {
  const peer = await stage.openPeer((await stage.openDoor()).port);
  peer.socket.write('{"channel":"news:a","n":1}\n{"channel":"news:b"}\n{"uid":"*","n":2}\n');
  expect(await peer.answers(3)).toEqual(["ok", "fail", "ok"]);
  // Both gateways; the sender does not wait for the one without a connection.
  await eventually(() => expect(stage.heard.filter((line) => line === 'all {"uid":"*","n":2}')).toHaveLength(2));
});

test("one that asks for a receipt learns of how many connections, whether it is kept, or what is wrong", async () => {
  const peer = await stage.openPeer((await stage.openDoor()).port);
  peer.socket.write(
    [
      '{"uid":"uid1","receipt":true}',
      '{"uid":"uid2","receipt":true}',
      '{"channel":"news:a","receipt":true}',
      '{"uid":"*","receipt":true}',
      '{"receipt":true}',
      '{"channel":"task:t_0","receipt":true}',
      '{"channel":"nowhere:a","receipt":true}',
      '{"uid":"\\ud800","receipt":true}',
      '{"uid":007,"receipt" : true}',
      `{"receipt":true,"x":${"[".repeat(600)}${"]".repeat(600)}}`,
      "",
    ].join("\n"),
  );
  const answers = (await peer.answers(10)).map((line) => JSON.parse(line) as object);
  expect(answers).toEqual([
    { ok: true, connections: 2, stored: true },
    { ok: false, connections: 0, stored: true },
    { ok: true, connections: 2, stored: false },
    { ok: true, connections: 1, stored: false },
    { ok: false, error: expect.stringContaining("uid: name either") },
    { ok: false, error: expect.stringContaining("channel: ") },
    { ok: false, error: expect.stringContaining("no namespace `nowhere`") },
    { ok: false, error: expect.stringContaining("half a surrogate pair") },
    { ok: false, error: expect.stringContaining("is not JSON") },
    { ok: false, error: expect.stringContaining("nested deeper") },
  ]);
});

test("whatever is wrong with a line, it is answered in its turn, and the connection stays", async () => {
  const peer = await stage.openPeer((await stage.openDoor()).port);
  const before = stage.heard.length;
  const wrong = [
    "",
    "x",
    "[]",
    "null",
    '"uid1"',
    '{"uid":""}',
    '{"uid":null}',
    '{"uid":1.5}',
    '{"uid":["uid1"]}',
    '{"uid":"uid1","channel":"news:a"}',
    '{"channel":"news:a\\u0000"}',
    '{"channel":"inbox:uid1"}',
    '{"uid":"\\ud800"}',
    '{"uid":"uid1"',
    `{"uid":"uid1","x":${"[".repeat(600)}${"]".repeat(600)}}`,
    `{"uid":"uid1","x":"${"x".repeat(70_000)}"}`,
  ];
  peer.socket.write(wrong.map((line) => `${line}\n`).join(""));
  peer.socket.write(Buffer.from('{"uid":"uid1","x":"\xff"}\n', "latin1"));
  peer.socket.write('{"uid":"uid1"}\n');
  expect(await peer.answers(wrong.length + 2)).toEqual([...wrong.map(() => "fail"), "fail", "ok"]);
  expect(stage.heard.slice(before)).toEqual(['user:uid1 {"data":{"uid":"uid1"}}']);
});

test("a line byte by byte, many in a packet, and a number as the user's id come to the same", async () => {
  const peer = await stage.openPeer((await stage.openDoor()).port);
  await stage.listen("user:7");
  for (const byte of Buffer.from('{"uid":"7"}\r\n')) {
    peer.socket.write(Buffer.of(byte));
    await new Promise((resolve) => void setImmediate(resolve));
  }
  const before = stage.heard.length;
  peer.socket.write(Array.from({ length: 500 }, (_, n) => `{"uid":7,"n":${n}}\n`).join(""));
  expect(await peer.answers(501)).toEqual(Array.from({ length: 501 }, () => "ok"));
  expect(stage.heard.slice(-500)).toEqual(Array.from({ length: 500 }, (_, n) => `user:7 {"data":{"uid":7,"n":${n}}}`));
  expect(stage.heard.length - before).toBeGreaterThanOrEqual(500);
});

test("a line that is repeated with its `idempotency_key` is pushed once, and the repetition says so", async () => {
  const peer = await stage.openPeer((await stage.openDoor()).port);
  const before = stage.heard.length;
  const line = '{"uid":"uid1","idempotency_key":"report-42","receipt":true}\n';
  peer.socket.write(line);
  await peer.answers(1);
  peer.socket.write(
    `${line}{"uid":"*","idempotency_key":"x","receipt":true}\n{"uid":"uid1","idempotency_key":7,"receipt":true}\n`,
  );
  expect((await peer.answers(4)).map((answer) => JSON.parse(answer) as object)).toEqual([
    { ok: true, connections: 2, stored: true },
    { ok: false, connections: 0, stored: true, duplicate: true },
    { ok: false, error: expect.stringContaining("idempotency_key: is for a user or a channel") },
    { ok: false, error: expect.stringContaining("idempotency_key: must be a text") },
  ]);
  expect(stage.heard.length - before).toBe(1);
});
