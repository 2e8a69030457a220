import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import type { ResolvedAddress } from "./address-guard.ts";

export interface PostOptions {
  readonly url: URL;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Connects there, whatever the name resolves to by now; certificates are still checked against the name. */
  readonly pinned?: ResolvedAddress;
}

export interface PostReply {
  readonly status: number;
  readonly text: string;
}

/** Bytes of a reply; more is an error. */
const replyMaxBytes = 1_048_576;

/** One POST over a connection of its own. Redirects are not followed: the guard has not looked where they lead. */
export function postJson({ url, body, headers, signal, pinned }: PostOptions): Promise<PostReply> {
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const { promise, resolve, reject } = Promise.withResolvers<PostReply>();
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
    ...(pinned !== undefined && { lookup: pinnedLookup(pinned) }),
  });
  request.on("error", reject);
  request.on("response", (response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= replyMaxBytes) chunks.push(chunk);
      else request.destroy(new Error(`the reply is longer than ${replyMaxBytes} bytes`));
    });
    response.on("error", reject);
    response.on("end", () =>
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
    );
  });
  request.end(body);
  return promise;
}

function pinnedLookup({ address, family }: ResolvedAddress): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}
