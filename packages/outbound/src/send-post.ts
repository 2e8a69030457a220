import { isUtf8 } from "node:buffer";
import { request as requestHttp, type ClientRequest, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { readRetryAfter } from "./retry-after.ts";
import { type OutboundReply, type OutboundRequest, ReplyTooLarge, type ResolvedAddress } from "./outbound.ts";

export interface PostOptions extends Pick<OutboundRequest, "url" | "body" | "signal" | "replyMaxBytes"> {
  readonly headers: Readonly<Record<string, string>>;
  /** Connects to one of these, whatever the name resolves to by now; certificates are still checked against the name. */
  readonly addresses: readonly ResolvedAddress[] | undefined;
}

/** One POST over a connection of its own, through no proxy. */
export function sendPost({
  url,
  body,
  headers,
  signal,
  replyMaxBytes,
  addresses,
}: PostOptions): Promise<OutboundReply> {
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<OutboundReply>();
  const request = send(url, {
    method: "POST",
    agent: false,
    signal,
    headers: {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "user-agent": "switchyard",
      ...headers,
    },
    ...(addresses !== undefined && { lookup: fixedLookup(addresses) }),
  });
  request.on("error", reject);
  request.on("response", (response) => {
    readReply(request, response, replyMaxBytes).then(resolve, reject);
  });
  // Node takes a 101 for a switch of protocols that the caller has asked for, and tells nobody else about it.
  request.on("upgrade", (response, socket) => {
    socket.destroy();
    resolve({ status: response.statusCode ?? 101, text: "" });
  });
  request.end(body);
  return promise;
}

async function readReply(request: ClientRequest, response: IncomingMessage, maxBytes: number): Promise<OutboundReply> {
  const retryAfterMs = readRetryAfter(response.headers["retry-after"], Date.now());
  const head = { status: response.statusCode ?? 0, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  if (maxBytes === 0) {
    response.destroy();
    return { ...head, text: "" };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      request.destroy();
      throw new ReplyTooLarge(`the answer is longer than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  // Some services begin their answers with a byte order mark, which is not part of the text.
  const body = Buffer.concat(chunks);
  return { ...head, text: isUtf8(body) ? new TextDecoder().decode(body) : undefined };
}

function fixedLookup(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else if (first === undefined) callback(new Error("no address"), "", 4);
    else callback(null, first.address, first.family);
  };
}
