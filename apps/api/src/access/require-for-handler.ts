import { splitChannelName } from "@switchyard/protocol/channel-name";
import {
  escalateHandler,
  isInboxHandler,
  isPublishHandler,
  notifyHandler,
  publishHandlers,
} from "@switchyard/tasks/task";
import { ApiError } from "../errors/api-error.ts";
import type { ApiKey } from "./api-keys.ts";

/**
 * A task of the hub's own does what has a scope of its own, so a key needs for it what it needs for that: to notify the scope, and to
 * publish the scope and the namespace of every channel. The worker that runs it knows no keys.
 * @throws ApiError `forbidden`
 */
export function requireForHandler(
  { handler, data }: { readonly handler: string; readonly data?: unknown },
  apiKey: ApiKey,
): void {
  if (isInboxHandler(handler)) apiKey.require("inbox");
  if (!isPublishHandler(handler)) return;
  apiKey.require("publish");
  if (!apiKey.isBound || typeof data !== "object" || data === null) return;
  const { channel, channels, user, users } = data as Readonly<Record<string, unknown>>;
  const named = [channel, channels].flat().filter((text) => typeof text === "string");
  const namespaces = named.map((text) => splitChannelName(text).namespace);
  if (user !== undefined || users !== undefined) namespaces.push("user");
  const closed = namespaces.find((namespace) => !apiKey.reaches(namespace));
  if (closed === undefined) return;
  const message = `data: the key \`${apiKey.name}\` is bound to namespaces (http_api.keys), and \`${closed}\` is not one of them`;
  throw new ApiError("forbidden", message, { field: "data" });
}

/**
 * To run again what failed is to do it, so it takes what enqueueing it takes. What it would publish, and where, is not looked up: a key
 * that is bound to namespaces enqueues it anew.
 * @throws ApiError `forbidden`
 */
export function requireToRepeat(handler: string, apiKey: ApiKey): void {
  requireForHandler({ handler }, apiKey);
  if (!apiKey.isBound || !isPublishHandler(handler)) return;
  const message = `a key that is bound to namespaces, as \`${apiKey.name}\` is (http_api.keys), cannot run a task of \`${handler}\` again; enqueue a new one`;
  throw new ApiError("forbidden", message);
}

/** What the hub does itself, by handlers that every worker has. */
export const ownHandlers = [...publishHandlers, notifyHandler, escalateHandler];

/** Which of the hub's own handlers {@link requireToRepeat} refuses to a key, for acts on many tasks that must leave theirs alone. */
export function closedToRepeat(apiKey: ApiKey): readonly string[] {
  return ownHandlers.filter((handler) => {
    try {
      requireToRepeat(handler, apiKey);
      return false;
    } catch (error) {
      if (error instanceof ApiError) return true;
      throw error;
    }
  });
}
