import type { Broker } from "@switchyard/broker/broker";
import type { PresenceReader } from "@switchyard/broker/presence";
import type { DoorTeller } from "../../presence/door-teller.ts";
import type { SessionServices } from "../../session/services.ts";
import type { Rate } from "../../entrance/rate-limit.ts";
import type { Rooms } from "./rooms.ts";
import type { SubscriberCounts } from "./subscriber-counts.ts";

/** What this door takes, beside what every session has. */
export interface PusherServices extends SessionServices {
  readonly broker: Pick<Broker, "publish" | "hearing">;
  readonly presence: PresenceReader;
  /** Takes what webhooks are to be told of what happens at this door. */
  readonly teller: Pick<DoorTeller, "tell"> | undefined;
  /** Of one connection's messages; undefined is no limit. */
  readonly commandRate: Rate | undefined;
}

/** And what its connections share. */
export interface PusherShared extends PusherServices {
  readonly rooms: Rooms;
  readonly counts: SubscriberCounts;
}
