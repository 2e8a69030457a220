import type { SentPublication } from "../delta/publication-delta.ts";
import { jsonOfPayload, type Payload } from "../payload.ts";
import type { Encoding } from "./encoding.ts";
import type { Push } from "./push.ts";
import type { ConnectionResult, Results, SubscriptionResult } from "./results.ts";

/**
 * The JSON form: one line of text per message. Bodies and payloads are JSON already and are put in as they are. The result key
 * of a reply is there even when the result is empty: the SDK reads `reply.<method>` without looking.
 */
export const jsonEncoding: Encoding = {
  reply: (id, method, result) => Buffer.from(`{"id":${id},"${method}":${results[method](result)}}`),
  errorReply(id, { code, publicMessage: message, temporary }) {
    return Buffer.from(JSON.stringify({ id, error: temporary ? { code, message, temporary } : { code, message } }));
  },
  push(push) {
    // What most of all that is sent is: the body's bytes are copied, not made a string of and bytes again.
    if (push.kind === "pub" && push.delta === undefined) return encodePublicationPush(push, '{"push":', closing);
    return Buffer.from(`{"push":${encodePush(push)}}`);
  },
  barePush(push) {
    if (push.kind === "pub" && push.delta === undefined) return encodePublicationPush(push, "", bareClosing);
    return Buffer.from(encodePush(push));
  },
  ping: Buffer.from("{}"),
};

const results: { readonly [M in keyof Results]: (result: Results[M]) => string } = {
  connect: encodeConnection,
  subscribe: encodeSubscription,
  unsubscribe: () => "{}",
  publish: () => "{}",
  // Always there, also when nobody is: the SDK walks its keys.
  presence: ({ members }) => object({ presence: entriesOf(members, (info) => info) }),
  presence_stats: (result) => JSON.stringify(result),
  history: ({ publications, offset, epoch, more }) =>
    object({
      publications: list(publications),
      offset: `${offset}`,
      epoch: JSON.stringify(epoch),
      more: more === true ? "true" : undefined,
    }),
  rpc: ({ data }) => object({ data: optional(data) }),
  refresh: (result) => JSON.stringify(result),
  sub_refresh: (result) => JSON.stringify(result),
};

const closing = Buffer.from("}}");
const bareClosing = Buffer.from("}");

/** The body's bytes are copied, never parsed, and the offset is spliced in behind its opening brace; 0 is left out. */
function encodePublicationPush(
  { channel, body, offset }: { readonly channel: string; readonly body: Buffer; readonly offset: number },
  before: string,
  behind: Buffer,
): Buffer {
  const head = offset > 0 ? `"pub":{"offset":${offset},` : '"pub":{';
  return Buffer.concat([
    Buffer.from(`${before}{"channel":${JSON.stringify(channel)},${head}`),
    body.subarray(1),
    behind,
  ]);
}

function encodePush(push: Push): string {
  switch (push.kind) {
    case "pub":
      return ofChannel(push.channel, "pub", encodePublication(push));
    case "join":
    case "leave":
      return ofChannel(push.channel, push.kind, object({ info: push.info.toString() }));
    case "unsubscribe": {
      const { code, reason } = push;
      return ofChannel(push.channel, "unsubscribe", JSON.stringify({ code, reason }));
    }
    case "message":
      return object({ message: object({ data: jsonOfPayload(push.data) }) });
    case "subscribe": {
      const { kind, channel, data, ...fields } = push;
      return ofChannel(channel, kind, object({ data: optional(data) }, fields));
    }
    case "connect":
      return object({ connect: encodeConnection(push.result) });
    case "disconnect": {
      const { code, reason, reconnect } = push;
      return JSON.stringify({ disconnect: { code, reason, ...(reconnect ? { reconnect } : {}) } });
    }
    case "refresh": {
      const { kind, ...expiry } = push;
      return JSON.stringify({ [kind]: expiry });
    }
  }
}

/** Between subscribers that agreed on deltas and the server, data is a text that holds the JSON, or a delta of it. */
function encodePublication({ offset, body, delta }: SentPublication): string {
  const head = offset > 0 ? `{"offset":${offset},` : "{";
  if (delta === undefined) return head + body.toString("utf8", 1);
  const { text, info, tags } = delta.parts;
  const changes = delta.ofText;
  const fields = object({
    data: JSON.stringify((changes ?? text).toString()),
    delta: changes && "true",
    info: info?.toString(),
    tags: tags?.toString(),
  });
  return head + fields.slice(1);
}

function encodeConnection({ data, subs, ...fields }: ConnectionResult): string {
  const hasSubs = subs !== undefined && subs.size > 0;
  return object({ data: optional(data), subs: hasSubs ? entriesOf(subs, encodeSubscription) : undefined }, fields);
}

function encodeSubscription({ data, publications, ...fields }: SubscriptionResult): string {
  return object({ data: optional(data), publications: publications && list(publications) }, fields);
}

function list(publications: readonly SentPublication[]): string {
  return `[${publications.map(encodePublication).join(",")}]`;
}

function ofChannel(channel: string, kind: Push["kind"], json: string): string {
  return `{"channel":${JSON.stringify(channel)},"${kind}":${json}}`;
}

function optional(data: Payload | undefined): string | undefined {
  return data === undefined ? undefined : jsonOfPayload(data);
}

/** An object of plain fields, and behind them those that are JSON already; what is undefined is left out. */
function object(encoded: Readonly<Record<string, string | undefined>>, plain: object = {}): string {
  let text = JSON.stringify(plain).slice(0, -1);
  for (const name of Object.keys(encoded)) {
    const json = encoded[name];
    if (json !== undefined) text += `${text === "{" ? "" : ","}"${name}":${json}`;
  }
  return `${text}}`;
}

function entriesOf<T>(map: ReadonlyMap<string, T>, encode: (value: T) => string): string {
  return `{${Array.from(map, ([key, value]) => `${JSON.stringify(key)}:${encode(value)}`).join(",")}}`;
}
