import type { IncomingMessage } from "node:http";
import type { ConnectRequest } from "@switchyard/protocol/commands/connect";
import { mayReconnect } from "@switchyard/protocol/disconnect-codes";
import type { Encoding } from "@switchyard/protocol/encoding";
import { jsonEncoding } from "@switchyard/protocol/encoding/json";
import type { Push } from "@switchyard/protocol/encoding/push";
import { protobufEncoding } from "@switchyard/protocol/encoding/protobuf";
import { requestQuery } from "@switchyard/runtime/request-head";
import type { Parting } from "../../carriers/transport.ts";
import type { Encoder } from "../../hub/notice.ts";
import { decodeConnectRequest, decodeProtobufConnectRequest } from "./connect-request.ts";
import { toPush } from "./wire-form.ts";

/** How a client that only listens says who it is, and how what it is told is written. */
export interface ListenerForm {
  /** The request, or what is wrong with it. */
  readonly decode: (said: Buffer) => ConnectRequest | string;
  readonly push: (push: Push) => Buffer;
  readonly encoder: Encoder;
  /** The last message. */
  readonly farewell: (parting: Parting) => Buffer;
}

/** @param index the encoder's, its own in this process */
export function jsonListenerForm(index: number): ListenerForm {
  return formOf(decodeConnectRequest, jsonEncoding, index);
}

/** @param index as above */
export function protobufListenerForm(index: number): ListenerForm {
  return formOf(decodeProtobufConnectRequest, protobufEncoding, index);
}

function formOf(decode: ListenerForm["decode"], encoding: Encoding, index: number): ListenerForm {
  return {
    decode,
    push: (push) => encoding.barePush(push),
    encoder: {
      index,
      encode: (notice) => encoding.barePush(toPush(notice)),
      ping: encoding.ping,
      hasPongs: false,
    },
    farewell: ({ code, reason }) =>
      encoding.barePush({ kind: "disconnect", code, reason, reconnect: mayReconnect(code) }),
  };
}

/** For clients that cannot ask by subprotocol or by the type of a body. Either name is enough, as at Centrifugo. */
export function asksForProtobuf(request: IncomingMessage): boolean {
  // Most ask for nothing: to read a query costs as much as to judge the rest of the request.
  if (request.url?.includes("?") !== true) return false;
  const query = requestQuery(request);
  return query.get("format") === "protobuf" || query.get("cf_protocol") === "protobuf";
}
