import type { SentPublication } from "../delta/publication-delta.ts";
import { bytesOfPayload, type Payload } from "../payload.ts";
import { push as pushMessage, reply as replyMessage } from "../protobuf/schema/reply.ts";
import { splitPublicationBody } from "../publication-body.ts";
import { splitObject } from "../split-object.ts";
import type { Encoding } from "./encoding.ts";
import type { Push } from "./push.ts";
import type { ConnectionResult, Results, SubscriptionResult } from "./results.ts";

/** The Protobuf form: one message each, without the length that stands before it in a frame. */
export const protobufEncoding: Encoding = {
  reply: (id, method, result) => replyMessage.encode({ id, [method]: results[method](result) }),
  errorReply: (id, { code, publicMessage: message, temporary }) =>
    replyMessage.encode({ id, error: { code, message, temporary } }),
  push: (push) => replyMessage.encode({ push: encodePush(push) }),
  barePush: (push) => pushMessage.encode(encodePush(push)),
  ping: Buffer.of(),
};

type Reply = Parameters<typeof replyMessage.encode>[0];
type Pushed = Parameters<typeof pushMessage.encode>[0];

const results: { readonly [M in keyof Results]: (result: Results[M]) => Reply[M] } = {
  connect: encodeConnection,
  subscribe: encodeSubscription,
  unsubscribe: (result) => result,
  publish: (result) => result,
  presence: ({ members }) => ({ presence: mapValues(members, (info) => encodeInfo(Buffer.from(info))) }),
  presence_stats: (result) => result,
  // Without `more`, for which the schema has no field; the last offset is below the top then, as after any limit.
  history: ({ publications, offset, epoch }) => ({ offset, epoch, publications: publications.map(encodePublication) }),
  rpc: ({ data }) => dataOf(data),
  refresh: (result) => result,
  sub_refresh: (result) => result,
};

function encodePush(push: Push): Pushed {
  switch (push.kind) {
    case "pub":
      return { channel: push.channel, pub: encodePublication(push) };
    case "join":
    case "leave":
      return { channel: push.channel, [push.kind]: { info: encodeInfo(push.info) } };
    case "unsubscribe": {
      const { kind, channel, ...end } = push;
      return { channel, [kind]: end };
    }
    case "message":
      return { message: dataOf(push.data) };
    case "subscribe": {
      const { kind, channel, data, ...fields } = push;
      return { channel, [kind]: { ...fields, ...dataOf(data) } };
    }
    case "connect":
      return { connect: encodeConnection(push.result) };
    case "disconnect":
    case "refresh": {
      const { kind, ...fields } = push;
      return { [kind]: fields };
    }
  }
}

type PublicationMessage = NonNullable<Pushed["pub"]>;

function encodePublication({ offset, body, delta }: SentPublication): PublicationMessage {
  const parts = delta?.parts ?? splitPublicationBody(body);
  // Not a body of ours: the subscriber is told that something stood here, so that it does not wait for it.
  if (parts === undefined) return { offset };
  const changes = delta?.ofBytes;
  return {
    offset,
    data: changes ?? parts.bytes,
    delta: changes !== undefined,
    ...(parts.info === undefined ? {} : { info: encodeInfo(parts.info) }),
    ...(parts.tags === undefined ? {} : { tags: textsOf(parts.tags) }),
  };
}

/** Who a client is; what an application says of it stays the bytes of its JSON. */
function encodeInfo(json: Buffer): NonNullable<PublicationMessage["info"]> {
  const members = splitObject(json);
  return {
    user: textOf(members?.get("user")),
    client: textOf(members?.get("client")),
    ...present("conn_info", members?.get("conn_info")),
    ...present("chan_info", members?.get("chan_info")),
  };
}

function textOf(json: Buffer | undefined): string {
  return json === undefined ? "" : String(JSON.parse(json.toString()));
}

function textsOf(json: Buffer): ReadonlyMap<string, string> {
  return new Map(Object.entries(JSON.parse(json.toString()) as object).map(([key, value]) => [key, String(value)]));
}

function encodeConnection({ data, subs, ...fields }: ConnectionResult): NonNullable<Reply["connect"]> {
  return {
    ...fields,
    ...dataOf(data),
    ...(subs === undefined ? {} : { subs: mapValues(subs, encodeSubscription) }),
  };
}

function encodeSubscription({ data, publications, ...fields }: SubscriptionResult): NonNullable<Reply["subscribe"]> {
  return {
    ...fields,
    ...dataOf(data),
    ...(publications === undefined ? {} : { publications: publications.map(encodePublication) }),
  };
}

function dataOf(data: Payload | undefined): { readonly data?: Uint8Array } {
  return data === undefined ? {} : { data: bytesOfPayload(data) };
}

function present<K extends string, T>(name: K, value: T | undefined): { readonly [P in K]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: T };
}

function mapValues<T, U>(map: ReadonlyMap<string, T>, change: (value: T) => U): ReadonlyMap<string, U> {
  return new Map(Array.from(map, ([key, value]) => [key, change(value)]));
}
