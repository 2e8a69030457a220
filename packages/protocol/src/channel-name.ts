import { isTaskId, type TaskId } from "./task-id.ts";

/**
 * `namespace:rest`, or a name without namespace. The first `:` is the boundary; a name may hold any further text.
 * `$` before a name marks a private channel, `#` the users it is limited to; both come with their own rules.
 */
export interface ChannelParts {
  /** Empty when the name has none. */
  readonly namespace: string;
  readonly rest: string;
}

export function splitChannelName(channel: string): ChannelParts {
  const start = channel.startsWith("$") ? 1 : 0;
  const boundary = channel.indexOf(":", start);
  if (boundary === -1) return { namespace: "", rest: channel.slice(start) };
  return { namespace: channel.slice(start, boundary), rest: channel.slice(boundary + 1) };
}

/** `$` before a name: nobody gets in without a subscription token of that channel. */
export function isPrivateName(channel: string): boolean {
  return channel.startsWith("$");
}

/** The users a name is limited to, those behind its last `#`: `dialog#1,2`. Undefined when it has none. */
export function usersOfName(channel: string): readonly string[] | undefined {
  const boundary = channel.lastIndexOf("#");
  return boundary === -1 ? undefined : channel.slice(boundary + 1).split(",");
}

/** The channel of everything addressed to a user, on all devices. */
export function userChannel(user: string): string {
  return `user:${user}`;
}

/** The channel that tells what changes in a user's inbox. */
export function inboxChannel(user: string): string {
  return `inbox:${user}`;
}

/** Begins the names of channels that show a task's record; behind it stands the task's id. */
export const taskChannelPrefix = "task:";

/** The channel of one task's record. */
export function taskChannel(taskId: TaskId): string {
  return `${taskChannelPrefix}${taskId}`;
}

/** The task a channel shows; undefined for other channels, and for names no task can have. */
export function taskOfChannel(channel: string): TaskId | undefined {
  if (!channel.startsWith(taskChannelPrefix)) return undefined;
  const taskId = channel.slice(taskChannelPrefix.length);
  return isTaskId(taskId) ? taskId : undefined;
}

/** Who came and who went, for back ends. */
export const hubEventsChannel = "hub:events";
