import Type from "typebox";
import { Duration } from "./duration.ts";

const off = (description: string) => Type.Boolean({ default: false, description });
const leaveDebounce = (defaultText: string, description: string) =>
  Duration({ least: "0s", most: "60s", default: defaultText, description });

/** Options of one namespace about who is there; names and meaning are Centrifugo's where it has them. */
export const presenceOptions = {
  presence: off("Keep who is in the channel."),
  join_leave: off("Tell of subscribers that come and go, to those that ask for it."),
  force_push_join_leave: off("With `join_leave`: tell all subscribers, whether they ask or not."),
  allow_presence_for_subscriber: off("Subscribers of the channel may ask who is in it."),
  allow_presence_for_client: off("Clients with a user id may ask who is in it, subscribed or not."),
  allow_presence_for_anonymous: off("Clients without a user id may ask, where the two above allow it."),
  leave_debounce: leaveDebounce(
    "0s",
    "A user that comes back within this time, as by a page reload, has not left: no leave, no join. At most `60s`.",
  ),
  channel_state_events: off("Publish into `hub:events` when the channel gets its first and loses its last client."),
};

export const UserPresenceSection = Type.Object(
  {
    enabled: off(
      "Keep who is online in the channels `user:<id>`, and publish into `hub:events` when a user's first connection comes and the last one goes.",
    ),
    leave_debounce: leaveDebounce("5s", "A user that comes back within this time was not offline. At most `60s`."),
  },
  { additionalProperties: false, default: {}, description: "Who is online, over all gateways." },
);
