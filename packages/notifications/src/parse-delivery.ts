import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import { type InboxUser, parseInboxUser } from "@switchyard/inbox/inbox-user";
import type { NotificationId } from "@switchyard/inbox/notification-id";
import { notificationDigest, parseNotification } from "@switchyard/inbox/parse-notification";
import { at, isObject, numberOf, requestObject } from "@switchyard/inbox/request-object";
import { type Delivery, type EscalationStep, usersMax } from "./notify.ts";

const stepsMax = 5;
const afterMsMin = 1_000;
const afterMsMax = 2_592_000_000;
const handlerName = /^[-\w.]{1,64}$/;

export interface DeliveryBounds {
  /** `inbox.data_max_size` */
  readonly dataMaxBytes: number;
  /** Whether gateways keep who is connected; without that nobody knows who is offline. */
  readonly knowsPresence: boolean;
}

/**
 * `{"to": {"users"}, "item", "escalate"?}`: the one check of every door, the api's and the queue's.
 * @param request with exact numbers (`parseExactJson`)
 * @throws InboxRejection naming the first field that cannot be used
 */
export function parseDelivery(id: NotificationId, request: unknown, bounds: DeliveryBounds): Delivery {
  const { to, item, escalate = [] } = requestObject(request, ["to", "item", "escalate"]);
  const users = readUsers(requestObject(to, ["users"], "to").users);
  const notification = readItem(id, item, bounds);
  const steps = parseSteps(escalate, bounds);
  const digest = notificationDigest(notification, { users, steps });
  return { notification, users, item: item as Delivery["item"], escalate: steps, digest, firstChunk: 0 };
}

/** @throws InboxRejection */
export function parseSteps(escalate: unknown, bounds: Pick<DeliveryBounds, "knowsPresence">): EscalationStep[] {
  if (!Array.isArray(escalate) || escalate.length > stepsMax)
    return reject("escalate", `must be a list of at most ${stepsMax} steps`);
  return (escalate as unknown[]).map((step, index) => readStep(step, `escalate[${index}]`, bounds));
}

function readUsers(names: unknown): InboxUser[] {
  if (!Array.isArray(names) || names.length === 0) return reject("to.users", "must be a list of 1 or more user names");
  if (names.length > usersMax) {
    const detail = `has ${names.length} names, the bound is ${usersMax}; publish in a channel what everybody should see`;
    return reject("to.users", detail);
  }
  const users = new Set<InboxUser>();
  for (const [index, name] of (names as unknown[]).entries()) {
    const place = `to.users[${index}]`;
    if (name === "." || name === "..") reject(place, "must not be `.` or `..`, which no path of a URL can name");
    users.add(typeof name === "string" ? parseInboxUser(name, place) : reject(place, "must be a text"));
  }
  return [...users];
}

/** The inbox names fields as they stand in the item. */
function readItem(id: NotificationId, item: unknown, bounds: DeliveryBounds) {
  if (!isObject(item)) return reject("item", "must be an object with a `title`");
  try {
    return parseNotification(id, item, bounds);
  } catch (error) {
    if (!(error instanceof InboxRejection)) throw error;
    const { code, field, publicMessage } = error;
    throw new InboxRejection(code, at("item", field), publicMessage.slice(field.length + 2));
  }
}

function readStep(
  value: unknown,
  place: string,
  { knowsPresence }: Pick<DeliveryBounds, "knowsPresence">,
): EscalationStep {
  const step = requestObject(value, ["afterMs", "unless", "when", "handler", "via"], place);
  const { unless = "seen", when = "always", handler, via = handler } = step;
  const afterMs = numberOf(step.afterMs) ?? Number.NaN;
  if (!Number.isInteger(afterMs) || afterMs < afterMsMin || afterMs > afterMsMax)
    return reject(at(place, "afterMs"), `must be a whole number from ${afterMsMin} to ${afterMsMax}`);
  if (unless !== "seen" && unless !== "read") return reject(at(place, "unless"), "must be `seen` or `read`");
  if (when !== "always" && when !== "offline") return reject(at(place, "when"), "must be `always` or `offline`");
  if (when === "offline" && !knowsPresence)
    reject(at(place, "when"), "`offline` is known only where channel.user_presence.enabled is set");
  if (!isName(handler)) return reject(at(place, "handler"), "must be the name of a handler");
  // Who may notify may not therefore publish.
  if (handler.startsWith("hub.")) reject(at(place, "handler"), "must not be one of the hub's own");
  if (!isName(via))
    return reject(
      at(place, "via"),
      "must be 1 to 64 letters, digits, `.`, `_` and `-`; preferences know `push` and `email`",
    );
  return { afterMs, unless, when, handler, via };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && handlerName.test(value);
}

function reject(field: string, problem: string): never {
  throw new InboxRejection("field_invalid", field, problem);
}
