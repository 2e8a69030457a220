import Type from "typebox";
import Value from "typebox/value";
import { Duration } from "./duration.ts";
import { Secret } from "./secret.ts";

/** What can be told of; the api has the table of what each means, and does not compile where one is missing in either place. */
export const alertRules = [
  "redis_away",
  "redis_refuses",
  "no_gateway",
  "no_worker",
  "queue_paused",
  "handler_missing",
  "tasks_late",
  "attempts_lost",
  "process_lost",
  "group_paused",
  "dead_letters",
  "schedule_overdue",
  "schedule_missed",
  "schedule_unreadable",
  "versions_differ",
  "settings_differ",
] as const;

/** A union over a list has no type of its own. */
function oneOf<const T extends string>(
  texts: readonly T[],
  options: { readonly default?: T; readonly description: string },
) {
  const union = Type.Union(
    texts.map((text) => Type.Literal(text)),
    options,
  );
  return Type.Unsafe<T>(union);
}

/** Who is told that something needs somebody, and when it does no more. */
export const AlertReceiver = Type.Object(
  {
    name: Type.String({
      pattern: "^[-a-zA-Z0-9_]{1,32}$",
      hint: 'up to 32 letters, digits, "-" or "_"',
      description: "What it is called in logs, metrics and `POST /v1/alerts/test`.",
    }),
    url: Type.String({
      pattern: "^https?://.+$",
      hint: "a URL that begins with http:// or https://",
      description: "The api whose turn it is POSTs there.",
    }),
    kind: oneOf(["json", "chat"], {
      default: "json",
      description:
        '`json`: signed JSON with everything, `text` among it, which Slack and Mattermost show. `chat`: `{"text": "…"}` and nothing else, for services that refuse more.',
    }),
    secret: Secret({
      charactersMin: 16,
      description: "What is signed with, `whsec_…` or any text. Needed by the kind `json`; a `chat` checks none.",
    }),
    previous_secret: Secret({
      charactersMin: 16,
      description: "Signed with as well while the receiver changes its secret.",
    }),
    rules: Type.Array(oneOf(["*", ...alertRules], { description: "A code of the table, or `*`." }), {
      default: ["*"],
      minItems: 1,
      uniqueItems: true,
      description: "What it is told of, by the codes of docs/how-to/console.md; `*` for all of them.",
    }),
    severity: oneOf(["critical", "warning", "notice"], {
      default: "warning",
      description: "The least urgent that it is told of: `critical`, `warning` or `notice`.",
    }),
    hold: Duration({
      least: "0s",
      most: "1h",
      default: "30s",
      description: "What comes and goes within this time is not told of, nor that something is over which comes back.",
    }),
    repeat: Duration({
      least: "0s",
      most: "7d",
      default: "4h",
      description: "What lasts is told again after this; `0s` for once and never again.",
    }),
    language: oneOf(["en", "zh"], { default: "en", description: "Of the texts for people: `en` or `zh`." }),
  },
  { additionalProperties: false },
);

type Fields = Readonly<Record<string, unknown>>;

/** What a receiver of alerts cannot be. Runs on unchecked input, so it looks before it touches. */
export function alertProblems(settings: unknown): string[] {
  const list: unknown = Value.Pointer.Get(settings, "/ops/alerts");
  const seen = new Set<unknown>();
  return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((entry, index) => {
    const { name, kind, secret } = (entry ?? {}) as Fields;
    const isRepeated = seen.has(name);
    seen.add(name);
    const isUnsigned = (kind ?? "json") === "json" && (secret ?? "") === "";
    return [
      ...(isRepeated ? [`ops.alerts[${index}].name: another receiver has the same; every name must be its own`] : []),
      ...(isUnsigned ? [`ops.alerts[${index}].secret: is missing; JSON is signed, or set kind to "chat"`] : []),
    ];
  });
}
