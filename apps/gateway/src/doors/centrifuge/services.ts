import type { HistoryReader, Publisher } from "@switchyard/broker/broker";
import type { NodeLine } from "@switchyard/broker/node-line";
import type { PresenceReader } from "@switchyard/broker/presence";
import type { Inbox } from "@switchyard/inbox/inbox";
import type { TokenVerifier } from "../../access/token-verifier.ts";
import type { RpcDesk } from "../../rpc/rpc-desk.ts";
import type { Rate } from "../../entrance/rate-limit.ts";
import type { Deny } from "../../session/denials.ts";
import type { SessionServices } from "../../session/services.ts";
import type { SendChannelEvent } from "./commands/channel-event.ts";

/** What commands of this door take, beside what every session has. */
export interface CentrifugeServices extends SessionServices {
  readonly broker: Publisher & HistoryReader & NodeLine;
  readonly presence: PresenceReader;
  readonly inbox: Inbox;
  readonly rpc: RpcDesk;
  readonly tokens: TokenVerifier;
  readonly deny: Deny;
  readonly sendChannelEvent: SendChannelEvent;
  /** Of one connection's commands; undefined is no limit. */
  readonly commandRate: Rate | undefined;
  /** Seconds between pings, as told to clients. */
  readonly pingSeconds: number;
  readonly node: { readonly uid: string; readonly version: string };
}
