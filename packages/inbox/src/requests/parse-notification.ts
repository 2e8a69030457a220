import { createHash } from "node:crypto";
import { wellFormedJson } from "@switchyard/protocol/well-formed-json";
import type { Notification } from "../inbox.ts";
import { InboxRejection } from "../inbox-rejection.ts";
import type { NotificationId } from "../notification-id.ts";
import { parseActionId } from "./parse-act.ts";
import { parseCategory } from "./parse-category.ts";
import { at, parseEitherTime, requestObject } from "./request-object.ts";

const fields = [
  "title",
  "body",
  "category",
  "url",
  "data",
  "actions",
  "key",
  "expiresAt",
  "expiresAtMs",
  "critical",
] as const;
const titleMax = 200;
const bodyMax = 2_000;
const actionsMax = 3;
const keyMax = 128;
const urlMax = 2_048;

export interface NotificationBounds {
  /** `inbox.data_max_size` */
  readonly dataMaxBytes: number;
}

/**
 * An item as a back end asks for it: `{"title", "body"?, "category"?, "url"?, "data"?, "actions"?, "key"?, "expiresAt"?, "critical"?}`.
 * What users are shown is checked here, so every page and e-mail may rely on it: texts are texts and no HTML, and a `url` is a place
 * and never a script. `data` is passed on as it is spelled.
 *
 * @param value with exact numbers (`parseExactJson`)
 * @throws InboxRejection
 */
export function parseNotification(
  id: NotificationId,
  value: unknown,
  { dataMaxBytes }: NotificationBounds,
): Notification {
  const item = requestObject(value, fields);
  const { expiresAt, expiresAtMs } = item;
  const actions = parseActions(item.actions);
  const shown = {
    notification: id,
    title: parseText(item.title, "title", { max: titleMax, isRequired: true }),
    body: parseText(item.body, "body", { max: bodyMax }),
    category: item.category === undefined ? undefined : parseCategory(item.category),
    url: parseUrl(item.url, "url"),
    data: parseData(item.data, dataMaxBytes),
    actions: actions.length === 0 ? undefined : actions,
    key: parseText(item.key, "key", { max: keyMax, isOneLine: true }),
    expiresAtMs: parseEitherTime({ expiresAt, expiresAtMs }),
    critical: parseCritical(item.critical) || undefined,
  };
  return {
    id,
    json: wellFormedJson(JSON.stringify(shown)),
    category: shown.category ?? "",
    key: shown.key ?? "",
    expiresAtMs: shown.expiresAtMs ?? 0,
    actions: actions.map((action) => action.id),
    critical: shown.critical === true,
  };
}

/** Of a whole request, for {@link NotificationEntry}: what else decides who gets what goes in as `rest`. */
export function notificationDigest({ json }: Notification, rest: unknown): string {
  return createHash("sha256")
    .update(`${json}\n${JSON.stringify(rest)}`)
    .digest("base64url");
}

interface TextBounds {
  readonly max: number;
  /** And shows something: a list would have an empty row. */
  readonly isRequired?: boolean;
  /** For programs; empty is no key. */
  readonly isOneLine?: boolean;
}

/** Tabs and newlines are part of many texts; the others are shown by nothing, and end a text for some. */
const control = /[^\P{Cc}\t\n\r]/u;
const visible = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** Shows what follows in another order than it has, also the page's own words behind it. Marks and isolates, which texts need, do not. */
const override = /[\u202d\u202e]/;

function parseText(value: unknown, field: string, { max, isRequired = false, isOneLine = false }: TextBounds) {
  if (value === undefined && !isRequired) return undefined;
  if (typeof value !== "string" || (value === "" && isRequired)) throw invalid(field, "must be a text");
  // As people count: an emoji is one.
  if (value.length > max && Array.from(value).length > max)
    throw invalid(field, `must have ${max} characters or fewer`);
  if ((isOneLine ? /\p{Cc}/u : control).test(value)) throw invalid(field, "must not contain control characters");
  if (override.test(value)) throw invalid(field, "must not contain U+202D or U+202E, which turn the order of letters");
  if (isRequired && !visible.test(value)) throw invalid(field, "must show something, and not blanks alone");
  if (isOneLine && value === "") throw invalid(field, "must not be empty; leave it out");
  return value;
}

function parseActions(value: unknown): { id: string; label: string; url?: string }[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > actionsMax)
    throw invalid("actions", `must be a list of ${actionsMax} actions or fewer`);
  const actions = value.map((entry: unknown, index) => {
    const place = `actions[${index}]`;
    const { id, label, url } = requestObject(entry, ["id", "label", "url"], place);
    const target = parseUrl(url, at(place, "url"));
    return {
      id: parseActionId(id, at(place, "id")),
      label: parseText(label, at(place, "label"), { max: 60, isRequired: true }) ?? "",
      ...(target !== undefined && { url: target }),
    };
  });
  if (new Set(actions.map(({ id }) => id)).size < actions.length)
    throw invalid("actions", "each needs an id of its own");
  return actions;
}

/** `/path` of the page's own site, or http(s). A `//` would be another site, and what begins with `javascript:` a script. */
function parseUrl(value: unknown, field: string): string | undefined {
  if (value === undefined) return undefined;
  const isPlace =
    typeof value === "string" &&
    value.length <= urlMax &&
    value.isWellFormed() &&
    !/[\p{Cc}\s\\]/u.test(value) &&
    (/^\/(?!\/)/.test(value) || (/^https?:\/\//i.test(value) && URL.canParse(value)));
  if (!isPlace)
    throw invalid(
      field,
      `must be a http or https URL, or a path that begins with one \`/\`, of at most ${urlMax} characters`,
    );
  return value;
}

function parseData(value: unknown, maxBytes: number): unknown {
  if (value === undefined) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= maxBytes) return value;
  const detail = `has ${bytes} bytes as JSON, the bound is ${maxBytes} (inbox.data_max_size); keep it where it is and send an id or a url`;
  throw new InboxRejection("data_too_large", "data", detail);
}

function parseCritical(value: unknown): boolean {
  if (value === undefined || typeof value === "boolean") return value === true;
  throw invalid("critical", "must be true or false");
}

function invalid(field: string, detail: string): InboxRejection {
  return new InboxRejection("field_invalid", field, detail);
}
