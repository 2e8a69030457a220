import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeCommands, type Method } from "../command.ts";
import { connectSubFields, findUnservedField, requestFields } from "../request-fields.ts";
import { protobufSdk } from "../testing/sdk-codecs.ts";
import { decodeProtobufCommands } from "./decode-commands.ts";
import { decodeProtobufEmulation } from "./decode-emulation.ts";

const sdk = protobufSdk();
const encodeCommands = (commands: readonly object[]) => sdk.encodeCommands(commands);
const utf8 = (text: string) => new TextEncoder().encode(text);

test.each([
  { id: 1, connect: { token: "t", name: "js", version: "1", headers: { a: "b" }, flag: 1 } },
  { id: 2, connect: { subs: { "user:é": { recover: true, epoch: "e", offset: 7 }, b: {} } } },
  { id: 3, subscribe: { channel: "a", recover: true, offset: 9_007_199_254_740_991, epoch: "北京" } },
  { id: 4, subscribe: { channel: "a", delta: "fossil", flag: 3, join_leave: true } },
  { id: 4, subscribe: { channel: "a", positioned: true } },
  { id: 4, subscribe: { channel: "a", recoverable: true } },
  { id: 5, subscribe: { channel: "a", type: 4, phase: 2, cursor: "c", limit: -1, asc: true } },
  { id: 6, subscribe: { channel: "a", tf: { op: "not", nodes: [{ key: "k", cmp: "in", vals: ["", "x"] }] } } },
  { id: 7, unsubscribe: { channel: "a" } },
  { id: 8, publish: { channel: "a", type: 1, key: "k", removed: true } },
  { id: 9, presence: { channel: "a" } },
  { id: 10, presence_stats: { channel: "a" } },
  { id: 11, history: { channel: "a", limit: -1, since: { offset: 3, epoch: "e" }, reverse: true } },
  { id: 12, rpc: { method: "m" } },
  { id: 13, refresh: { token: "t" } },
  { id: 4_294_967_295, sub_refresh: { channel: "a", token: "t", type: 1, untrack: ["k"] } },
  { send: {} },
  {},
])("%j means the same in both encodings", (command) => {
  expect(decodeProtobufCommands(encodeCommands([command]))).toEqual([...decodeCommands(JSON.stringify(command))]);
});

test("every field that is refused in JSON is read in Protobuf, so that it is refused there as well", () => {
  const samples: Readonly<Record<string, unknown>> = {
    tf: { key: "k", cmp: "ex" },
    track: [{ signature: "s", items: [] }],
    untrack: ["k"],
  };
  const textual = new Set(["cursor", "key", "token"]);
  const boolean = new Set(["asc", "removed"]);
  const valueOf = (name: string) => samples[name] ?? (textual.has(name) ? "x" : boolean.has(name) ? true : 1);
  const found: string[] = [];
  for (const [method, name] of refusedFields(requestFields)) {
    const [decoded] = decodeProtobufCommands(
      encodeCommands([{ id: 1, [method]: { channel: "a", [name]: valueOf(name) } }]),
    );
    expect(findUnservedField(method, (decoded as { request: object }).request)?.field).toBe(`${method}.${name}`);
    found.push(name);
  }
  for (const [, name] of refusedFields({ connect: connectSubFields })) {
    const subs = { a: { [name]: valueOf(name) } };
    const [decoded] = decodeProtobufCommands(encodeCommands([{ id: 1, connect: { subs } }]));
    expect(findUnservedField("connect", (decoded as { request: object }).request)?.field).toBe(
      `connect.subs.a.${name}`,
    );
  }
  expect(found.length).toBeGreaterThan(3);
});

test("data arrives as the very bytes, whatever they are", () => {
  const bytes = Uint8Array.of(0, 0xff, 0x31, 0x0a);
  const [publish, connect] = decodeProtobufCommands(
    encodeCommands([
      { id: 1, publish: { channel: "a", data: bytes } },
      { id: 2, connect: { data: utf8('{"id":9007199254740993}') } },
    ]),
  );
  expect(Buffer.from(dataOf(publish))).toEqual(Buffer.from(bytes));
  expect(Buffer.from(dataOf(connect)).toString()).toBe('{"id":9007199254740993}');
});

test("decodes several commands of one frame, in order, and takes an empty message for a pong", () => {
  const frame = encodeCommands([{ id: 1, connect: {} }, {}, { id: 2, unsubscribe: { channel: "a" } }]);
  expect(decodeProtobufCommands(frame).map(({ method }) => method)).toEqual(["connect", "pong", "unsubscribe"]);
});

test("a text that is absent is empty, where the JSON form demands one", () => {
  expect(decodeProtobufCommands(encodeCommands([{ id: 1, subscribe: {} }]))).toMatchObject([
    { method: "subscribe", request: { channel: "" } },
  ]);
});

test("a channel named like a prototype is a channel", () => {
  const subs = Object.fromEntries([["__proto__", { recover: true }]]);
  const [connect] = decodeProtobufCommands(encodeCommands([{ id: 1, connect: { subs } }]));
  expect(Object.entries((connect as unknown as { request: { subs: object } }).request.subs)).toEqual([
    ["__proto__", { recover: true }],
  ]);
});

const frameOf = (write: (writer: BinaryWriter) => void) => {
  const writer = new BinaryWriter();
  writer.fork();
  write(writer);
  return writer.join().finish();
};
const subscribe = (write: (writer: BinaryWriter) => void) =>
  frameOf((writer) => {
    writer.tag(1, WireType.Varint).uint32(1).tag(5, WireType.LengthDelimited).fork();
    write(writer);
    writer.join();
  });

test.each([
  ["a length beyond the frame", Uint8Array.of(200, 1, 8)],
  ["a length beyond all memory", Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f)],
  ["a varint without an end", new Uint8Array(64).fill(0xff)],
  ["a message cut short", encodeCommands([{ id: 1, rpc: { method: "method" } }]).slice(0, -3)],
  ["a command without id", encodeCommands([{ rpc: {} }])],
  ["a command without method", encodeCommands([{ id: 1 }])],
  ["a ping, which nobody sends", encodeCommands([{ id: 1, ping: {} }])],
  ["a name that is too long", encodeCommands([{ id: 1, connect: { name: "x".repeat(256) } }])],
  [
    "a channel that is not UTF-8",
    subscribe((writer) => writer.tag(1, WireType.LengthDelimited).bytes(Uint8Array.of(0xff))),
  ],
  ["a field of another wire type", subscribe((writer) => writer.tag(1, WireType.Varint).uint32(1))],
  [
    "a truth of another wire type",
    subscribe((writer) => writer.tag(3, WireType.LengthDelimited).bytes(new Uint8Array())),
  ],
  ["an offset beyond 2^53", subscribe((writer) => writer.tag(7, WireType.Varint).uint64(2n ** 53n))],
  ["a field number of zero", subscribe((writer) => writer.uint32(WireType.LengthDelimited).uint32(0))],
])("calls %s malformed, once", (_, frame) => {
  const good = encodeCommands([{ id: 1, rpc: {} }]);
  const decoded = decodeProtobufCommands(Buffer.concat([good, frame, good]));
  expect(decoded.filter(({ method }) => method === "malformed")).toHaveLength(1);
  expect(decoded.at(-1)?.method).toBe("malformed");
});

test("an empty frame is malformed", () => {
  expect(decodeProtobufCommands(new Uint8Array())).toMatchObject([{ method: "malformed" }]);
});

test("fields that are not known are passed over", () => {
  const frame = subscribe((writer) => {
    writer.tag(99, WireType.LengthDelimited).string("new").tag(1, WireType.LengthDelimited).string("a");
  });
  expect(decodeProtobufCommands(frame)).toEqual([{ method: "subscribe", id: 1, request: { channel: "a" } }]);
});

test.each([100, 5_000])("a filter that nests %i levels deep is malformed, and costs no stack", (depth) => {
  let node = new Uint8Array();
  for (let level = 0; level < depth; level++) {
    node = new BinaryWriter().tag(6, WireType.LengthDelimited).bytes(node).finish();
  }
  const frame = subscribe((writer) => writer.tag(13, WireType.LengthDelimited).bytes(node));
  expect(decodeProtobufCommands(frame)).toMatchObject([{ method: "malformed" }]);
});

test("a channel named in `subs` without a wish is one without wishes", () => {
  const entry = new BinaryWriter().tag(1, WireType.LengthDelimited).string("a").finish();
  const request = new BinaryWriter().tag(3, WireType.LengthDelimited).bytes(entry).finish();
  const frame = frameOf((writer) =>
    writer.tag(1, WireType.Varint).uint32(1).tag(4, WireType.LengthDelimited).bytes(request),
  );
  expect(decodeProtobufCommands(frame)).toMatchObject([{ method: "connect", request: { subs: { a: {} } } }]);
});

test("an uplink of an emulated connection is read, and a broken one is nothing", () => {
  // What the SDK's encodeEmulationRequest makes of node n, session s and a byte 0.
  const body = Buffer.of(10, 1, 0x6e, 18, 1, 0x73, 26, 1, 0);
  expect(decodeProtobufEmulation(body)).toEqual({ node: "n", session: "s", data: Buffer.of(0) });
  expect(decodeProtobufEmulation(body.subarray(0, -1))).toBeUndefined();
  expect(decodeProtobufEmulation(Buffer.of())).toEqual({ node: "", session: "", data: Buffer.of() });
});

test("all bytes are decoded to something, and none make the decoder throw", () => {
  const commands = [
    { id: 1, subscribe: { channel: "a", tf: { key: "k", vals: ["v"] } } },
    { id: 2, connect: {} },
  ];
  const broken = fc.array(fc.record({ at: fc.nat(), to: fc.nat(255) }), { maxLength: 4 }).map((changes) => {
    const frame = Buffer.from(encodeCommands(commands));
    for (const { at, to } of changes) frame[at % frame.length] = to;
    return frame;
  });
  expect(() =>
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), broken), (frame) => decodeProtobufCommands(frame).length > 0),
      { numRuns: 2_000 },
    ),
  ).not.toThrow();
});

function refusedFields(fates: Partial<typeof requestFields>): [method: Method, field: string][] {
  return Object.entries(fates).flatMap(([method, fields]) =>
    Object.entries(fields).flatMap(([name, fate]): [Method, string][] =>
      typeof fate === "object" && "refused" in fate ? [[method as Method, name]] : [],
    ),
  );
}

function dataOf(decoded: unknown): Uint8Array {
  return (decoded as { request: { data: Uint8Array } }).request.data;
}
