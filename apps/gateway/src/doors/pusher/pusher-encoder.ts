import type { PusherApp } from "@switchyard/pusher/apps";
import { kindOfChannel, pusherChannel } from "@switchyard/pusher/channel";
import { readEvent } from "@switchyard/pusher/event";
import { webSocketTextFrame } from "../../carriers/framing.ts";
import type { Encoder, Notice } from "../../hub/notice.ts";
import { frame, refusalFrame } from "./frames.ts";
import { userOf } from "./room.ts";

export interface PusherForm {
  readonly app: PusherApp;
  /** The encoder's, its own in this process. */
  readonly index: number;
  /** Behind each event its position is told, for clients that recover what they miss (docs/doors.md). */
  readonly tellsPositions: boolean;
}

const nothing = Buffer.alloc(0);

/**
 * How clients of one app read notices: as WebSocket frames, one for each message, ready to be written. Some notices are none in this
 * protocol. Comings and goings are told by the room of the channel, which knows users where the hub tells of connections.
 */
export function pusherEncoder({ app, index, tellsPositions }: PusherForm): Encoder {
  const nameOf = (channel: string) => pusherChannel(app, channel);

  function encode(notice: Notice): Buffer {
    switch (notice.kind) {
      case "publication": {
        const { offset, body } = notice.publication;
        const channel = nameOf(notice.channel);
        const event = eventFrame(channel, body);
        if (!tellsPositions || offset === 0) return event;
        return Buffer.concat([event, frame({ event: "hub:position", data: { channel, offset } })]);
      }
      case "message":
        return eventFrame(undefined, Buffer.from(`{"data":${notice.dataJson}}`));
      case "subscribed": {
        const { channel, position } = notice;
        const subscribed = frame({ event: "pusher_internal:subscription_succeeded", channel: nameOf(channel) });
        if (!tellsPositions || position === undefined) return subscribed;
        return Buffer.concat([subscribed, positionFrame(nameOf(channel), position)]);
      }
      case "unsubscribed":
        return refusalFrame(nameOf(notice.channel), {
          type: "Unsubscribed",
          error: notice.reason.reason,
          httpStatus: 403,
        });
      default:
        return nothing;
    }
  }

  return { index, encode, hasPongs: true, ping: frame({ event: "pusher:ping" }) };
}

/** Where a subscription begins; what comes behind tells its offset alone. */
export function positionFrame(channel: string, { offset, epoch }: { offset: number; epoch: string }): Buffer {
  return frame({ event: "hub:position", data: { channel, offset, epoch } });
}

/** The parts stay the bytes that were published. */
function eventFrame(channel: string | undefined, body: Buffer): Buffer {
  const event = readEvent(body);
  if (event === undefined) return nothing;
  const { nameJson, dataJson, isFromClient, infoJson } = event;
  const place = channel === undefined ? "" : `,"channel":${JSON.stringify(channel)}`;
  const isSigned = isFromClient && infoJson !== undefined && kindOfChannel(channel ?? "").access === "presence";
  const parts = [
    Buffer.from('{"event":'),
    nameJson,
    Buffer.from(`${place},"data":`),
    dataJson,
    Buffer.from(isSigned ? `,"user_id":${JSON.stringify(userOf(infoJson)[0])}}` : "}"),
  ];
  return webSocketTextFrame(Buffer.concat(parts));
}
