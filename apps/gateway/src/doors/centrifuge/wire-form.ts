import { decodeCommands, type Decoded } from "@switchyard/protocol/command";
import type { Encoding } from "@switchyard/protocol/encoding";
import type { Push } from "@switchyard/protocol/encoding/push";
import { jsonEncoding } from "@switchyard/protocol/encoding/json";
import type { Encoder, Notice } from "../../hub/notice.ts";
import { expiryFields } from "./subscription-result.ts";

/** One form of the Centrifuge protocol: how its frames are read, and how what is said is written. */
export interface WireForm {
  readonly decode: (frame: string) => Iterable<Decoded>;
  readonly replies: Pick<Encoding, "reply" | "errorReply">;
  readonly encoder: Encoder;
}

/** @param index the encoder's, its own in this process */
export function jsonForm(index: number): WireForm {
  return { decode: decodeCommands, replies: jsonEncoding, encoder: encoderOf(jsonEncoding, index) };
}

function encoderOf(encoding: Encoding, index: number): Encoder {
  return { index, encode: (notice) => encoding.push(toPush(notice)), ping: encoding.ping };
}

function toPush(notice: Notice): Push {
  switch (notice.kind) {
    case "publication": {
      const { offset, body } = notice.publication;
      return { kind: "pub", channel: notice.channel, offset, body };
    }
    case "message":
      return { kind: "message", data: notice.dataJson };
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
      return { kind: "refresh", ...expiryFields(notice.expiresAtMs) };
    default:
      return notice;
  }
}
