import { webSocketTextFrame } from "../../carriers/framing.ts";

/** What the gateway says. `data` goes out as a text with JSON in it, as the protocol has it, except where it says otherwise. */
export interface Said {
  readonly event: string;
  readonly channel?: string | undefined;
  readonly data?: unknown;
}

export function frame({ event, channel, data = {} }: Said): Buffer {
  return textFrame({ event, channel, dataJson: JSON.stringify(data) });
}

/** The same for data that is JSON already, and stays as it was written. */
export function textFrame({ event, channel, dataJson }: Omit<Said, "data"> & { readonly dataJson: string }): Buffer {
  return frameOf({ event, ...(channel === undefined ? {} : { channel }), data: dataJson });
}

/** `pusher:error` and `pusher:signin_success` are the two whose data is an object. */
export function plainFrame(event: "pusher:error" | "pusher:signin_success", data: object): Buffer {
  return frameOf({ event, data });
}

/** @param code one of the protocol's, or none */
export function errorFrame(message: string, code: number | null = null): Buffer {
  return plainFrame("pusher:error", { code, message });
}

/** Why a client is not, or is no more, in a channel. */
export function refusalFrame(channel: string, { type, error, httpStatus: status }: SubscriptionRefusal): Buffer {
  return frame({ event: "pusher:subscription_error", channel, data: { type, error, status } });
}

export interface SubscriptionRefusal {
  readonly type: "AuthError" | "LimitReached" | "InvalidChannel" | "Unsubscribed";
  /** For whoever looks; never what a signature should have been. */
  readonly error: string;
  /** As HTTP would have it. */
  readonly httpStatus: number;
}

function frameOf(message: object): Buffer {
  return webSocketTextFrame(Buffer.from(JSON.stringify(message)));
}
