import type { Inbox, Preferences } from "@switchyard/inbox/inbox";
import { parseInboxUser } from "@switchyard/inbox/inbox-user";
import { parsePreferences } from "@switchyard/inbox/parse-preferences";
import { orOutcomeUnknown, orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { getPreferencesSchema, putPreferencesSchema } from "./schema.ts";

export interface InboxPreferencesDeps {
  readonly inbox: Pick<Inbox, "preferences" | "setPreferences">;
}

/** `GET` and `PUT /v1/inbox/:user/preferences`. */
export function inboxPreferences(scope: Scope, { inbox }: InboxPreferencesDeps): void {
  const path = "/v1/inbox/:user/preferences";
  scope.get(path, { schema: getPreferencesSchema }, async ({ params: { user } }) =>
    toAnswer(await orUnavailable(inbox.preferences(parseInboxUser(user)))),
  );
  scope.put(path, { schema: putPreferencesSchema }, async ({ params: { user }, body }) => {
    const preferences = parsePreferences(body);
    await orOutcomeUnknown(inbox.setPreferences(parseInboxUser(user), preferences));
    return toAnswer(preferences);
  });
}

/** As it was put. */
function toAnswer({ categories, quietHours }: Preferences) {
  return { ...categories, ...(quietHours !== undefined && { quietHours }) };
}
