import { findIdFault, userIdMaxBytes } from "@switchyard/protocol/id-fault";
import { InboxRejection } from "./inbox-rejection.ts";

declare const brand: unique symbol;
/** The id of a user, checked. Whatever makes a name in Redis of a user takes this and no plain text. */
export type InboxUser = string & { readonly [brand]: "InboxUser" };

/**
 * The rules are those every door has for users, and anonymous ones have no inbox.
 * @throws InboxRejection naming `field`
 */
export function parseInboxUser(text: string, field = "user"): InboxUser {
  const fault = text === "" ? "must not be empty" : findIdFault(text, userIdMaxBytes);
  if (fault !== undefined) throw new InboxRejection("field_invalid", field, fault);
  return text as InboxUser;
}
