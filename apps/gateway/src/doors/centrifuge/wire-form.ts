import { isUtf8 } from "node:buffer";
import { decodeCommands, malformed, type Decoded } from "@switchyard/protocol/command";
import { mayReconnect, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { Encoding } from "@switchyard/protocol/encoding";
import type { Push } from "@switchyard/protocol/encoding/push";
import { jsonEncoding } from "@switchyard/protocol/encoding/json";
import { protobufEncoding } from "@switchyard/protocol/encoding/protobuf";
import { decodeProtobufCommands } from "@switchyard/protocol/protobuf/decode-commands";
import { closingJson, type Encoder, type Notice } from "../../hub/notice.ts";
import { expiryFields } from "./subscription-result.ts";

/** One form of the Centrifuge protocol: how its frames are read, and how what is said is written. */
export interface WireForm {
  readonly decode: (frame: Buffer) => Iterable<Decoded>;
  readonly replies: Pick<Encoding, "reply" | "errorReply">;
  readonly encoder: Encoder;
  /** The last message, where the carrier has no way of its own to say why it ends. */
  readonly farewell: (reason: Disconnect) => Buffer;
}

/** @param index the encoder's, its own in this process */
export function jsonForm(index: number): WireForm {
  return formOf(decodeJson, jsonEncoding, index);
}

/** @param index as above */
export function protobufForm(index: number): WireForm {
  return formOf(decodeProtobufCommands, protobufEncoding, index);
}

function formOf(decode: WireForm["decode"], encoding: Encoding, index: number): WireForm {
  return {
    decode,
    replies: encoding,
    encoder: {
      index,
      encode: (notice) => encoding.push(toPush(notice)),
      ping: encoding.ping,
      hasPongs: true,
    },
    farewell: ({ code, reason }) => encoding.push({ kind: "disconnect", code, reason, reconnect: mayReconnect(code) }),
  };
}

/** Not every carrier has looked: a text frame is UTF-8, a binary one may be anything. */
function decodeJson(frame: Buffer): Iterable<Decoded> {
  return isUtf8(frame) ? decodeCommands(frame.toString()) : [malformed("not UTF-8")];
}

export function toPush(notice: Notice): Push {
  switch (notice.kind) {
    case "publication": {
      const { offset, body, delta } = notice.publication;
      return { kind: "pub", channel: notice.channel, offset, body, ...(delta && { delta }) };
    }
    case "message":
      return { kind: "message", data: notice.dataJson };
    // As a message: at the push `disconnect` SDKs close at once, whatever carries them, and this one may come seconds ahead.
    case "closing":
      return { kind: "message", data: closingJson(notice) };
    case "subscribed": {
      const { channel, isRecoverable, position, isRecovered, dataJson } = notice;
      return {
        kind: "subscribe",
        channel,
        ...(isRecoverable ? { recoverable: true } : {}),
        ...(position === undefined ? {} : { positioned: true, epoch: position.epoch }),
        ...(position === undefined || position.offset === 0 ? {} : { offset: position.offset }),
        ...(isRecovered === undefined ? {} : { was_recovering: true }),
        ...(isRecovered === true ? { recovered: true } : {}),
        ...(dataJson === undefined ? {} : { data: dataJson }),
      };
    }
    case "unsubscribed":
      return { kind: "unsubscribe", channel: notice.channel, ...notice.reason };
    case "refreshed":
      return { kind: "refresh", ...expiryFields(notice) };
    default:
      return notice;
  }
}
