import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Uplink } from "@switchyard/broker/node-command";
import type { NodeAnswers, NodeLine } from "@switchyard/broker/node-line";
import { decodeProtobufEmulation } from "@switchyard/protocol/protobuf/decode-emulation";
import { expect, onTestFinished, test } from "vitest";
import { EmulatedLines } from "./emulated-lines.ts";
import { createEmulationEndpoint, type UplinkRoute } from "./emulation-endpoint.ts";
import { decodeJsonEmulation } from "./emulation-request.ts";

const frameMaxBytes = 100;
const json = "application/json";
const protobuf = "application/octet-stream";

/** The endpoint of a node beside others that answer as they are told to; `undefined`: Redis does not. */
async function listen(answers?: NodeAnswers | (() => Promise<NodeAnswers>), wasAway = false) {
  const lines = new EmulatedLines();
  const routes: UplinkRoute[] = [];
  const passed: [string, unknown][] = [];
  const away = () => Promise.reject(new Error("away"));
  const nodes: NodeLine = {
    ask(uplink, options) {
      passed.push([`ask ${options?.nodes?.join()}`, uplink]);
      if (typeof answers === "function") return answers();
      return answers === undefined ? away() : Promise.resolve(answers);
    },
  };
  const decoders = new Map([
    [json, decodeJsonEmulation],
    [protobuf, (body: Buffer) => decodeProtobufEmulation(body) ?? "no EmulationRequest"],
  ]);
  const onUplink = (route: UplinkRoute) => void routes.push(route);
  const server = createServer(
    createEmulationEndpoint({
      node: "here",
      lines,
      nodes,
      frameMaxBytes,
      decoders,
      onUplink,
      mayBeLost: () => wasAway,
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const post = async (type: string, body: string | Buffer) => {
    const headers = { "content-type": type };
    return (await fetch(url, { method: "POST", headers, body: new Uint8Array(Buffer.from(body)) })).status;
  };
  return {
    lines,
    routes,
    passed,
    post,
    say: (node: string, session: string, data: string) => post(json, JSON.stringify({ session, node, data })),
  };
}

test("a session of this node takes what is said, and 404 tells that there is none", async () => {
  const { lines, routes, say } = await listen();
  const taken: string[] = [];
  const session = lines.add({ receive: (frame) => void taken.push(frame.toString()) });
  expect(await say("here", session, "commands")).toBe(204);
  expect(await say("here", "another", "commands")).toBe(404);
  lines.delete(session);
  expect(await say("here", session, "commands")).toBe(404);
  expect(taken).toEqual(["commands"]);
  expect(routes).toEqual(["local", "unknown", "unknown"]);
});

test.each([
  ["is taken there", { nodes: 1, answered: 1, connections: 1 }, 204, ["remote"]],
  ["is known to no node", { nodes: 0, answered: 0, connections: 0 }, 404, ["unknown"]],
  ["is known to its node no more", { nodes: 1, answered: 1, connections: 0 }, 404, ["unknown"]],
  ["has a node that does not answer", { nodes: 1, answered: 0, connections: 0 }, 504, ["silent"]],
  ["cannot be reached without Redis", undefined, 503, []],
] as const)("a session of another node %s", async (_, answers, status, told) => {
  const { routes, passed, say } = await listen(answers);
  expect(await say("there", "session", "commands")).toBe(status);
  expect(passed).toEqual([["ask there", { kind: "uplink", session: "session", text: "commands" }]]);
  expect(routes).toEqual(told);
});

test("a pong, too, is taken by a session or answered 404, here and by another node", async () => {
  const { say } = await listen({ nodes: 1, answered: 1, connections: 0 });
  expect([await say("there", "session", "{}"), await say("here", "session", "{}")]).toEqual([404, 404]);
  const { say: sayTaken } = await listen({ nodes: 1, answered: 1, connections: 1 });
  expect(await sayTaken("there", "session", "{}")).toBe(204);
});

test("what is no text reaches another node as it was sent", async () => {
  const { lines, passed, post } = await listen({ nodes: 1, answered: 1, connections: 1 });
  const bytes = Buffer.of(0xff, 0, 0x31);
  const taken: Buffer[] = [];
  const session = lines.add({ receive: (frame) => void taken.push(frame) });
  const field = (number: number, content: Buffer) =>
    Buffer.concat([Buffer.of((number << 3) | 2, content.length), content]);
  const body = [field(1, Buffer.from("there")), field(2, Buffer.from(session)), field(3, bytes)];
  expect(await post(protobuf, Buffer.concat(body))).toBe(204);
  expect(lines.takeUplink(passed[0]?.[1] as Uplink)).toBe(true);
  expect(taken).toEqual([bytes]);
});

test("a frame is bounded as one of a WebSocket is, whatever stands around it", async () => {
  const { lines, say } = await listen();
  const session = lines.add({ receive: () => undefined });
  expect(await say("here", session, "x".repeat(frameMaxBytes))).toBe(204);
  expect(await say("here", session, "x".repeat(frameMaxBytes + 1))).toBe(413);
});

test("what has certainly not arrived is passed again: Redis was not there, or another node has not heard it yet", async () => {
  const there = { nodes: 1, answered: 1, connections: 1 } as NodeAnswers;
  const notYet = [
    () => Promise.reject(new Error("Stream isn't writeable and enableOfflineQueue options is false")),
    () => Promise.resolve({ nodes: 0, answered: 0, connections: 0 } as NodeAnswers),
  ];
  const { passed, routes, say } = await listen(() => (notYet.shift() ?? (() => Promise.resolve(there)))(), true);
  expect(await say("there", "s", "commands")).toBe(204);
  expect(passed).toHaveLength(3);
  expect(routes).toEqual(["remote"]);
});

test("what may have arrived is passed once, and so is what nobody hears while Redis is well", async () => {
  const lost = await listen(() => Promise.reject(new Error("Redis did not answer in 2000 ms")), true);
  expect(await lost.say("there", "s", "commands")).toBe(503);
  expect(lost.passed).toHaveLength(1);
  const unknown = await listen({ nodes: 0, answered: 0, connections: 0 } as NodeAnswers);
  expect(await unknown.say("there", "s", "commands")).toBe(404);
  expect(unknown.passed).toHaveLength(1);
});
