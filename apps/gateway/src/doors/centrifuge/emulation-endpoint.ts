import { isUtf8 } from "node:buffer";
import { setTimeout as sleep } from "node:timers/promises";
import type { IncomingMessage } from "node:http";
import type { NodeLine } from "@switchyard/broker/node-line";
import type { EmulationRequest } from "@switchyard/protocol/protobuf/decode-emulation";
import type { Uplink } from "@switchyard/broker/node-command";
import { fateOf } from "@switchyard/redis/command-fate";
import { mediaTypeOf, refuseRequest, type HttpHandler } from "../../carriers/http-handler.ts";
import { readBody } from "../../carriers/read-body.ts";
import type { Refusal } from "../../entrance/entrance.ts";
import type { EmulatedLines } from "./emulated-lines.ts";

export interface EmulationOptions {
  /** This node's uid. */
  readonly node: string;
  readonly lines: EmulatedLines;
  readonly nodes: NodeLine;
  readonly frameMaxBytes: number;
  /** By the media type of the body. */
  readonly decoders: ReadonlyMap<string, (body: Buffer) => EmulationRequest | string>;
  readonly onUplink: (route: UplinkRoute) => void;
  /** Redis was away a moment ago, so another node may be there and hear nothing yet. */
  readonly mayBeLost: () => boolean;
}

/** Where the connection was: here, on another node, on one that did not answer in time, or nowhere. */
export type UplinkRoute = "local" | "remote" | "silent" | "unknown";

/**
 * Takes what clients say whose way down is a stream, for any connection of any node: 204 once its session has taken it. So
 * what is sent after a 204 is behind it, whichever node it comes by.
 */
export function createEmulationEndpoint(options: EmulationOptions): HttpHandler {
  return (request, response) =>
    void accept(request, options).then((refusal) => {
      if (refusal !== undefined) return refuseRequest(request, response, refusal);
      response.writeHead(204);
      response.end();
    });
}

async function accept(request: IncomingMessage, options: EmulationOptions): Promise<Refusal | undefined> {
  const { decoders, frameMaxBytes } = options;
  const decode = decoders.get(mediaTypeOf(request));
  if (decode === undefined) return { status: 415, reason: `Content-Type must be ${[...decoders.keys()].join(" or ")}` };
  // Commands are a text within JSON: each quote of theirs costs a byte more.
  const body = await readBody(request, 2 * frameMaxBytes + envelopeBytes);
  if (body === undefined) return { status: 400, reason: "the body has not come to its end" };
  if (!Buffer.isBuffer(body)) return body;
  const uplink = decode(body);
  if (typeof uplink === "string") return { status: 400, reason: uplink };
  if (uplink.data.length > frameMaxBytes) return { status: 413, reason: `data is larger than ${frameMaxBytes} bytes` };
  return hand(uplink, options);
}

/** Session, node and what is around them. */
const envelopeBytes = 1_024;

async function hand(uplink: EmulationRequest, options: EmulationOptions): Promise<Refusal | undefined> {
  const route = uplink.node === options.node ? takeHere(uplink, options) : await pass(uplink, options);
  if (typeof route !== "string") return route;
  options.onUplink(route);
  if (route === "unknown") return { status: 404, reason: "there is no such session; connect again" };
  // Whether it has arrived nobody knows.
  if (route === "silent") return { status: 504, reason: "the gateway of this session does not answer" };
  return undefined;
}

function takeHere({ session, data }: EmulationRequest, { lines }: EmulationOptions): UplinkRoute {
  return lines.take(session, data) ? "local" : "unknown";
}

/** SDKs do not say again what was refused here; they wait five seconds for the reply, and connect anew. */
const patienceMs = 4_000;
const pauseMs = 200;

/** What is certain not to have arrived is passed again for a while, so that a short outage of Redis costs no connection. */
async function pass({ session, node, data }: EmulationRequest, options: EmulationOptions) {
  const uplink: Uplink = {
    kind: "uplink",
    session,
    ...(isUtf8(data) ? { text: data.toString() } : { base64: data.toString("base64") }),
  };
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { route, isUnheard } = await passOnce(uplink, node, options);
    if (!isUnheard || performance.now() >= deadline) return route;
    await sleep(pauseMs);
  }
}

interface Passed {
  readonly route: UplinkRoute | Refusal;
  readonly isUnheard: boolean;
}

async function passOnce(uplink: Uplink, node: string, { nodes, mayBeLost }: EmulationOptions): Promise<Passed> {
  try {
    const { nodes: heard, answered, connections } = await nodes.ask(uplink, { nodes: [node] });
    if (heard === 0) return { route: "unknown", isUnheard: mayBeLost() };
    if (answered === 0) return { route: "silent", isUnheard: false };
    return { route: connections === 0 ? "unknown" : "remote", isUnheard: false };
  } catch (error) {
    const route = { status: 503, reason: "Redis does not answer; try again", headers: { "Retry-After": "1" } } as const;
    return { route, isUnheard: fateOf(error) === "refused" };
  }
}
