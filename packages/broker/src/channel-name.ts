import { taskChannelPrefix, taskOfChannel } from "@switchyard/protocol/channel-name";
import { controlCharacter } from "@switchyard/protocol/id-fault";

declare const isParsed: unique symbol;

/**
 * The name of a channel that was parsed. Redis keys of channels are made of nothing else, so what can go wrong with a name goes
 * wrong at the door it comes in by. The only ways to one are {@link parseChannelName}, and {@link knownChannelName} for what
 * the hub has written itself.
 */
export type ChannelName = string & { readonly [isParsed]: "channel" };

export type ParsedChannelName =
  | { readonly name: ChannelName; readonly problem?: undefined }
  /** Completes `<field>: `. Does not repeat the name. */
  | { readonly problem: string; readonly name?: undefined };

/**
 * The rules for names, of which there is no second list: every door asks here, by way of `ChannelRules.resolve`. What a
 * namespace allows beyond, and whom, is not a question of the name.
 */
export function parseChannelName(text: string, { maxBytes }: { readonly maxBytes: number }): ParsedChannelName {
  const problem = describeProblem(text, maxBytes);
  return problem === undefined ? { name: knownChannelName(text) } : { problem };
}

/** A name that was parsed when the hub wrote it down, or that the hub has given itself. Never for what comes from outside. */
export function knownChannelName(text: string): ChannelName {
  return text as ChannelName;
}

function describeProblem(text: string, maxBytes: number): string | undefined {
  if (text === "") return "must not be empty";
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) return `is ${bytes} bytes long, the bound is ${maxBytes} (channel.max_length)`;
  if (controlCharacter.test(text)) return "must not contain control characters";
  // Half a surrogate pair becomes U+FFFD in UTF-8, so two such names would be one channel.
  if (!text.isWellFormed()) return "must be valid Unicode, without half surrogate pairs";
  // Keys hold the name between braces, as the hash tag that keeps a channel's keys in one slot of a Redis Cluster. An empty
  // tag is none, and the keys would lie apart. Braces further on make the tag shorter, alike in all keys of the channel.
  if (text.startsWith("}")) return "must not begin with `}`";
  if (text.startsWith(taskChannelPrefix) && taskOfChannel(text) === undefined) return "no task is called so";
  return undefined;
}
