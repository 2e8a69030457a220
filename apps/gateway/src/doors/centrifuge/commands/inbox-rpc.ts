import type { Inbox } from "@switchyard/inbox/inbox";
import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import { type InboxUser, parseInboxUser } from "@switchyard/inbox/inbox-user";
import { parseAct } from "@switchyard/inbox/parse-act";
import { parseMark, parseSeen } from "@switchyard/inbox/parse-mark";
import { parsePage } from "@switchyard/inbox/parse-page";
import { parsePreferences, preferencesJson } from "@switchyard/inbox/parse-preferences";
import { parseSnooze } from "@switchyard/inbox/parse-snooze";
import type { Results } from "@switchyard/protocol/encoding/results";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import type { ReadPayload } from "@switchyard/protocol/payload";
import { nearestName } from "@switchyard/runtime/nearest-name";
import type { Client } from "../../../session/client.ts";
import { refuse } from "../../../session/refusal.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { CentrifugeServices } from "../services.ts";

/** Each returns its answer as JSON, or what becomes JSON. They speak of the session's own user and of nobody else. */
type InboxMethod = (inbox: Inbox, user: InboxUser, data: unknown) => Promise<string | object>;

const inboxMethods: Readonly<Record<string, InboxMethod>> = {
  async "inbox.list"(inbox, user, data) {
    const { items, counts, position, cursor } = await inbox.read(user, parsePage(data));
    // The items are what their producer has sent, digit by digit.
    return `{"items":[${items.join(",")}],${JSON.stringify({ counts, position, cursor }).slice(1)}`;
  },
  "inbox.counts": (inbox, user) => inbox.counts(user),
  "inbox.read": (inbox, user, data) => inbox.mark(user, parseMark("read", data)),
  "inbox.unread": (inbox, user, data) => inbox.mark(user, parseMark("unread", data)),
  "inbox.archive": (inbox, user, data) => inbox.mark(user, parseMark("archive", data)),
  "inbox.seen": (inbox, user, data) => inbox.see(user, parseSeen(data)),
  async "inbox.act"(inbox, user, data) {
    const { id, action } = parseAct(data);
    const reply = await inbox.act(user, id, action);
    if (reply.outcome === "unknown_action")
      throw new InboxRejection("field_invalid", "action", "must be the id of one of the item's actions");
    return reply;
  },
  async "inbox.snooze"(inbox, user, data) {
    const { id, untilMs } = parseSnooze(data);
    return inbox.snooze(user, id, untilMs);
  },
  /** Without data it tells them, with data it replaces them; both answer what holds. */
  async "inbox.preferences"(inbox, user, data) {
    if (data !== undefined) await inbox.setPreferences(user, parsePreferences(data));
    return preferencesJson(await inbox.preferences(user));
  },
};

/** @param read its data; undefined: it has sent none */
export async function answerInboxRpc(
  { user }: Pick<Client, "user">,
  { method, read }: { readonly method: string; readonly read: ReadPayload | undefined },
  { inbox, metrics }: Pick<CentrifugeServices, "inbox" | "metrics">,
): Promise<CommandOutcome<Results["rpc"]>> {
  const call = Object.hasOwn(inboxMethods, method) ? inboxMethods[method] : undefined;
  if (call === undefined) return refuse("methodNotFound", `method: ${hintAt(method)}`);
  if (user === "") return refuse("permissionDenied", "the anonymous user has no inbox");
  if (read !== undefined && "problem" in read) return refuse("badRequest", `data: ${read.problem}`);
  try {
    const answer = await call(inbox, parseInboxUser(user), read && parseExactJson(String(read.payload)));
    metrics.inboxCalls.inc({ method, outcome: "reply" });
    return { kind: "reply", result: { data: typeof answer === "string" ? answer : JSON.stringify(answer) } };
  } catch (error) {
    metrics.inboxCalls.inc({ method, outcome: "error" });
    if (error instanceof InboxRejection) return refuse("badRequest", error.publicMessage);
    throw error;
  }
}

function hintAt(method: string): string {
  const names = Object.keys(inboxMethods);
  const nearest = nearestName(method, names);
  return nearest === undefined ? `there are ${names.join(", ")}` : `did you mean ${nearest}?`;
}
