import type { ChangeReply, Inbox } from "@switchyard/inbox/inbox";
import { parseInboxUser } from "@switchyard/inbox/inbox-user";
import { parseAct } from "@switchyard/inbox/parse-act";
import { parseItemId, parseMark, parseSeen } from "@switchyard/inbox/parse-mark";
import { ApiError } from "../../errors/api-error.ts";
import { toState } from "../../inbox/inbox-answer.ts";
import { orOutcomeUnknown } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import {
  actOnItemSchema,
  eraseInboxSchema,
  markNames,
  markSchema,
  removeItemSchema,
  seeItemsSchema,
} from "./schema.ts";

export interface ChangeInboxDeps {
  readonly inbox: Pick<Inbox, "mark" | "see" | "remove" | "act" | "erase">;
}

/** `POST /v1/inbox/:user/{read,unread,archive,unarchive,seen}`, `…/items/:id/act`, `DELETE …/items/:id` and `DELETE …/:user`. */
export function changeInbox(scope: Scope, { inbox }: ChangeInboxDeps): void {
  const path = "/v1/inbox/:user";
  for (const name of markNames) {
    scope.post(`${path}/${name}`, { schema: markSchema(name) }, async ({ params: { user }, body }) =>
      toChange(await orOutcomeUnknown(inbox.mark(parseInboxUser(user), parseMark(name, body)))),
    );
  }
  scope.post(`${path}/seen`, { schema: seeItemsSchema }, async ({ params: { user }, body }) =>
    toChange(await orOutcomeUnknown(inbox.see(parseInboxUser(user), parseSeen(body)))),
  );
  scope.delete(`${path}/items/:id`, { schema: removeItemSchema }, async ({ params: { user, id } }) =>
    toChange(await orOutcomeUnknown(inbox.remove(parseInboxUser(user), [parseItemId(id)]))),
  );
  scope.post(`${path}/items/:id/act`, { schema: actOnItemSchema }, async ({ params: { user, id }, body }) => {
    const asked = parseAct({ id, action: body.action });
    const { action, outcome, ...change } = await orOutcomeUnknown(
      inbox.act(parseInboxUser(user), asked.id, asked.action),
    );
    if (outcome === "unknown_action")
      throw new ApiError("invalid_request", "action: the item has no such action", { field: "action" });
    if (action !== null) return { action, ...toChange(change) };
    throw new ApiError("item_unknown", "id: the user has no such item, or not any more", { field: "id" });
  });
  scope.delete(path, { schema: eraseInboxSchema }, async ({ params: { user } }) => ({
    erased: await orOutcomeUnknown(inbox.erase(parseInboxUser(user))),
  }));
}

function toChange({ changed, ...state }: ChangeReply) {
  return { changed, ...toState(state) };
}
