import { parseInboxUser } from "@switchyard/inbox/inbox-user";
import { inboxChannel } from "@switchyard/protocol/channel-name";
import type { SessionServices } from "./services.ts";
import type { Snapshot } from "./subscribe-client.ts";

/**
 * What a channel begins with that is the inbox of this very user; undefined for every other channel. Who it is was shown when the
 * connection began, so this subscription takes no token and none opens another user's.
 */
export function ownInbox(
  user: string,
  channel: string,
  { inbox }: Pick<SessionServices, "inbox">,
): Snapshot | undefined {
  if (user === "" || channel !== inboxChannel(user)) return undefined;
  return () => inbox.snapshot(parseInboxUser(user));
}
