import type { SubscribeResult } from "./commands/subscribe.ts";
import type { Disconnect } from "./disconnect-codes.ts";

/** What the server sends unasked: `{"push":{"channel":"…","<kind>":{…}}}`. */

const closing = Buffer.from("}}");

/** A publication out of a stream, as it stands in a reply: the publisher's body with its offset spliced in. */
export function encodeStoredPublication({ offset, body }: { offset: number; body: Buffer }): string {
  return `{"offset":${offset},${body.toString("utf8", 1)}`;
}

/**
 * A publication push around a body the publisher encoded: the body's bytes are copied, never parsed. `offset` is spliced in
 * behind the body's opening brace; 0 means the channel keeps no history and the field is left out.
 */
export function encodePublicationPush(channel: string, body: Buffer, offset: number): Buffer {
  const head = offset > 0 ? `"pub":{"offset":${offset},` : '"pub":{';
  return Buffer.concat([
    Buffer.from(`{"push":{"channel":${JSON.stringify(channel)},${head}`),
    body.subarray(1),
    closing,
  ]);
}

/** Somebody came or went; `info` is the JSON of their `ClientInfo`, copied as it is. */
export function encodePresencePush(channel: string, kind: "join" | "leave", info: Buffer): Buffer {
  const head = Buffer.from(`{"push":{"channel":${JSON.stringify(channel)},"${kind}":{"info":`);
  return Buffer.concat([head, info, Buffer.from("}}}")]);
}

/** Data without a channel, to a connection itself; JSON as whoever sent it encoded it. */
export function encodeMessagePush(dataJson: string): Buffer {
  return Buffer.from(`{"push":{"message":{"data":${dataJson}}}}`);
}

/**
 * A subscription the server made, and behind it what was recovered, each as a push of its own: the SDK takes none out of this
 * one. `dataJson` is the back end's words to the client, as it sent them.
 */
export function encodeSubscribePush(
  channel: string,
  { publications = [], ...result }: SubscribeResult,
  dataJson?: string,
): Buffer[] {
  const json = JSON.stringify(result).slice(1, -1);
  const fields = [...(json === "" ? [] : [json]), ...(dataJson === undefined ? [] : [`"data":${dataJson}`])];
  const head = `{"push":{"channel":${JSON.stringify(channel)},`;
  const subscribe = `${head}"subscribe":{${fields.join(",")}}}}`;
  return [subscribe, ...publications.map((publication) => `${head}"pub":${publication}}}`)].map((text) =>
    Buffer.from(text),
  );
}

/** The server moved the end of the connection. */
export function encodeRefreshPush(expiry: { readonly expires?: true; readonly ttl?: number }): string {
  return JSON.stringify({ push: { refresh: expiry } });
}

export function encodeUnsubscribePush(channel: string, { code, reason }: Disconnect): string {
  return JSON.stringify({ push: { channel, unsubscribe: { code, reason } } });
}
