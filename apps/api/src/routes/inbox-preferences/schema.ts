import Type from "typebox";
import { retryOf } from "../../effect.ts";
import { changingFailures, InboxParams, readingFailures } from "../../inbox/inbox-failures.ts";

const Preferences = Type.Unsafe<object>({
  title: "InboxPreferences",
  type: "object",
  properties: {
    quietHours: {
      type: ["object", "null"],
      properties: {
        timeZone: { type: "string", description: "IANA name." },
        from: { type: "string", description: "`22:00`" },
        to: { type: "string", description: "`07:00`, over midnight where it is earlier." },
      },
      description: "Escalation waits for their end, except for `critical` items. Null: none.",
    },
  },
  additionalProperties: {
    type: "object",
    properties: { inbox: { type: "boolean" }, push: { type: "boolean" }, email: { type: "boolean" } },
  },
  description: "By category; left out means yes. `inbox: false` mutes: nothing is stored.",
  examples: [
    {
      orders: { inbox: true, push: false, email: true },
      quietHours: { timeZone: "Asia/Shanghai", from: "22:00", to: "07:00" },
    },
  ],
});

const common = { tags: ["inbox"], params: InboxParams };

export const getPreferencesSchema = {
  ...common,
  operationId: "getInboxPreferences",
  "x-retry": retryOf.reads,
  summary: "Read a user's preferences",
  description: "Empty where none were set.",
  response: { 200: Preferences, ...readingFailures },
};

export const putPreferencesSchema = {
  ...common,
  operationId: "putInboxPreferences",
  "x-retry": retryOf.settles,
  summary: "Replace a user's preferences",
  description: "Holds for everything that is added from then on, and for escalations that fire from then on.",
  body: Preferences,
  response: { 200: Preferences, ...changingFailures },
};
