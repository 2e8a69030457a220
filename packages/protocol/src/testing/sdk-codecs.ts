import { Centrifuge } from "centrifuge";
import { Centrifuge as CentrifugeProtobuf } from "centrifuge/build/protobuf";

/** The SDK's own codec, which it does not export. What it makes and reads is what this package must read and make. */
export interface SdkCodec<Frame = unknown> {
  encodeCommands(commands: readonly object[]): Frame;
  decodeReplies(frame: Frame): SdkReply[];
  /** `prevValue` is `newPrevValue` of the publication before. */
  applyDeltaIfNeeded(publication: object, prevValue?: Uint8Array): { newData: unknown; newPrevValue: Uint8Array };
}

export type SdkReply = Readonly<Record<string, unknown>>;

export function jsonSdk(): SdkCodec<string> {
  return codecOf(new Centrifuge("ws://localhost", { websocket: class {} }));
}

export function protobufSdk(): SdkCodec<Uint8Array> {
  return codecOf(new CentrifugeProtobuf("ws://localhost", { websocket: class {} }));
}

/** A client that was never told to connect. Its codec is bound, so that tests can take it apart. */
function codecOf<Frame>(client: object): SdkCodec<Frame> {
  const codec = (client as { _codec: SdkCodec<Frame> })._codec;
  return {
    encodeCommands: (commands) => codec.encodeCommands(commands),
    decodeReplies: (frame) => codec.decodeReplies(frame),
    applyDeltaIfNeeded: (publication, prevValue) => codec.applyDeltaIfNeeded(publication, prevValue),
  };
}
