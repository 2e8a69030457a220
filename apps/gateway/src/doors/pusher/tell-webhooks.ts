import { type PusherApp, wantsEvent } from "@switchyard/pusher/apps";
import type { PusherServices } from "./services.ts";

/** What an app's webhooks are told that nothing but this door knows; the rest follows from who is in which channel. */
export type DoorEvent =
  | { readonly name: "cache_miss"; readonly channel: string }
  | {
      readonly name: "client_event";
      readonly channel: string;
      readonly event: string;
      /** A text, as the protocol has it. */
      readonly data: string;
      readonly socket_id: string;
      /** In presence channels. */
      readonly user_id?: string;
    };

/** Returns at once. Nothing is written that no webhook of the app wants. */
export function tellWebhooks(app: PusherApp, event: DoorEvent, { teller }: Pick<PusherServices, "teller">): void {
  if (wantsEvent(app, event.name)) teller?.tell(app.id, event);
}
