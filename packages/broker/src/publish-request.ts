import type { Tags } from "@switchyard/protocol/publication";
import type { PublicationBody } from "@switchyard/protocol/publication-body";
import { userChannel } from "@switchyard/protocol/channel-name";
import type { ChannelName } from "./channel-name.ts";
import type { ChannelRules } from "./channel-rules.ts";
import { readPublicationData } from "./publication-data.ts";

/** What is to be published where, checked; the same to each. */
export interface CheckedPublication {
  readonly channel: ChannelName;
  readonly body: PublicationBody;
}

/** Why a request to publish was refused. `field` is as it stands in the request, `channels[3]`, and empty for the request itself. */
export class PublishRejection extends Error {
  override readonly name = "PublishRejection";
  readonly field: string;
  /** Completes the sentence that begins with the field: `must be …`. */
  readonly detail: string;

  constructor(field: string, detail: string) {
    super(`${field}: ${detail}`);
    this.field = field;
    this.detail = detail;
  }
}

const channelsMax = 1_000;
const targetFields = ["channel", "channels", "user", "users"] as const;
const fields: readonly string[] = [...targetFields, "data", "tags"];

/**
 * `{"channel" | "channels" | "user" | "users", "data", "tags"?}`, as a task of `hub.publish` and a schedule's `publish` have it: the one
 * check of the doors where it comes in and of the worker that does it, so a mistake is told before anything waits for its time.
 * @param request a value of `readJson`, whose numbers are exact
 * @throws PublishRejection naming the first field that cannot be used
 */
export function parsePublishRequest(request: unknown, rules: Pick<ChannelRules, "resolve">): CheckedPublication[] {
  if (!isObject(request)) throw new PublishRejection("", "must be an object with a target and `data`");
  const unknown = Object.keys(request).find((field) => !fields.includes(field));
  if (unknown !== undefined) throw new PublishRejection(unknown, `unknown field; there are ${fields.join(", ")}`);
  const { data, tags } = request;
  const [target, second] = targetFields.filter((name) => request[name] !== undefined);
  if (target === undefined || second !== undefined)
    throw new PublishRejection("", "must have exactly one of `channel`, `channels`, `user`, `users`");
  if (tags !== undefined && !isTags(tags)) throw new PublishRejection("tags", "must be an object of texts");
  return namesOf(target, request[target]).map(({ field, text }) => {
    const resolved = rules.resolve(text, "publish");
    if (resolved.kind === "unknown")
      throw new PublishRejection(field, `no namespace \`${resolved.namespace}\` is configured`);
    if (resolved.kind !== "channel") throw new PublishRejection(field, resolved.problem);
    const read = readPublicationData(data, resolved.options);
    if ("problem" in read) throw new PublishRejection("data", read.problem);
    return { channel: resolved.name, body: { payload: read.payload, ...(tags !== undefined && { tags }) } };
  });
}

function namesOf(target: (typeof targetFields)[number], value: unknown): { field: string; text: string }[] {
  const isMany = target.endsWith("s");
  const list: readonly unknown[] = isMany && Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > channelsMax)
    throw new PublishRejection(target, `must have 1 to ${channelsMax} names`);
  return list.map((name, index) => {
    const field = isMany ? `${target}[${index}]` : target;
    if (typeof name !== "string" || name === "") throw new PublishRejection(field, "must be a text that is not empty");
    return { field, text: target.startsWith("user") ? userChannel(name) : name };
  });
}

function isTags(value: unknown): value is Tags {
  return isObject(value) && Object.values(value).every((tag) => typeof tag === "string");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
