import type { Inbox } from "@switchyard/inbox/inbox";
import { parseInboxUser } from "@switchyard/inbox/inbox-user";
import { parsePage } from "@switchyard/inbox/parse-page";
import { toPageAnswer, toState } from "../../inbox/inbox-answer.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { countInboxSchema, listInboxSchema } from "./schema.ts";

/** `GET /v1/inbox/:user/items` and `GET /v1/inbox/:user/counts`. */
export function readInbox(scope: Scope, { inbox }: { readonly inbox: Pick<Inbox, "read" | "counts"> }): void {
  scope.get("/v1/inbox/:user/items", { schema: listInboxSchema }, async ({ params: { user }, query }) =>
    toPageAnswer(await orUnavailable(inbox.read(parseInboxUser(user), parsePage(query)))),
  );
  scope.get("/v1/inbox/:user/counts", { schema: countInboxSchema }, async ({ params: { user } }) =>
    toState(await orUnavailable(inbox.counts(parseInboxUser(user)))),
  );
}
