import { splitChannelName } from "@switchyard/protocol/channel-name";
import { type Namespace } from "@switchyard/runtime/channel-section";
import { parseDurationMs } from "@switchyard/runtime/duration";
import type { Settings } from "@switchyard/runtime/settings";
import { type ChannelName, parseChannelName } from "./channel-name.ts";
import { type ChannelUse, describeReservation, reservedNamespaces } from "./reserved-namespaces.ts";

/**
 * What is allowed and kept in a channel, by its namespace. Every process that publishes, subscribes or reads asks here, so
 * one channel is the same stream from every door.
 */
export interface ChannelRules {
  /** For a name from outside. Every door says what it is about to do, for not every use of a reserved namespace is open to it. */
  resolve(text: string, use: ChannelUse): ResolvedChannel;
  /** Undefined: no such namespace is configured (error 102). */
  find(channel: ChannelName): ChannelOptions | undefined;
  /** Bytes of publications that are read from a stream in one piece. */
  readonly historyMaxBytes: number;
}

export type ResolvedChannel =
  | { readonly kind: "channel"; readonly name: ChannelName; readonly options: ChannelOptions }
  /** It cannot be the name of a channel; `problem` completes `<field>: `. */
  | { readonly kind: "unfit"; readonly problem: string }
  /** It is the hub's own, and this is none of the uses it has for others; `problem` completes `<field>: ` (error 103). */
  | { readonly kind: "reserved"; readonly problem: string }
  /** No such namespace is configured (error 102). */
  | { readonly kind: "unknown"; readonly namespace: string };

export type ChannelOptions = Omit<
  Namespace,
  "name" | "history_ttl" | "history_meta_ttl" | "channel_regex" | "leave_debounce" | "conflate_interval"
> & {
  readonly historyTtlMs: number;
  readonly historyMetaTtlMs: number;
  /** True when publications are numbered and kept. */
  readonly keepsHistory: boolean;
  /** What clients' names must match behind the namespace; undefined for any. */
  readonly channelRegex: RegExp | undefined;
  /** 0: every publication is sent. */
  readonly conflateIntervalMs: number;
  /** At most a minute. */
  readonly leaveDebounceMs: number;
  /** Its prefix closes the channel, whatever its namespace allows: no option opens it. */
  readonly isClosedByPrefix?: boolean;
};

/** Channel options that may be set for one subscription, by its token or by the back end that makes it. */
export const overridableOptions = [
  "presence",
  "join_leave",
  "force_push_join_leave",
  "force_recovery",
  "force_positioning",
] as const;

export type OptionOverride = Partial<Record<(typeof overridableOptions)[number] | "auto_cache_recover", boolean>>;

/** A lingering client keeps a timer on its gateway. */
const leaveDebounceMaxMs = 60_000;

export function createChannelRules(section: Settings["channel"]): ChannelRules {
  const closed = closedNamespace(section.without_namespace);
  const byNamespace = new Map<string, ChannelOptions>([["", toOptions(section.without_namespace, section)]]);
  const { enabled: presence, leave_debounce } = section.user_presence;
  const ofUser = { presence, channel_state_events: presence, leave_debounce };
  for (const { name, ...options } of section.namespaces) byNamespace.set(name, toOptions(options, section));
  for (const [name, { keeps }] of Object.entries(reservedNamespaces)) {
    byNamespace.set(name, toOptions({ ...closed, ...keeps, ...(name === "user" ? ofUser : {}) }, section));
  }
  return {
    resolve(text, use) {
      const { name, problem } = parseChannelName(text, { maxBytes: section.max_length });
      if (problem !== undefined) return { kind: "unfit", problem };
      const { namespace } = splitChannelName(name);
      const options = byNamespace.get(namespace);
      if (options === undefined) return { kind: "unknown", namespace };
      const reservation = describeReservation(namespace, use);
      return reservation === undefined
        ? { kind: "channel", name, options }
        : { kind: "reserved", problem: reservation };
    },
    find: (channel) => byNamespace.get(splitChannelName(channel).namespace),
    historyMaxBytes: section.history_max_size,
  };
}

function toOptions(namespace: Omit<Namespace, "name">, section: Settings["channel"]): ChannelOptions {
  const { history_ttl, history_meta_ttl, channel_regex, leave_debounce, conflate_interval, ...rest } = namespace;
  const historyTtlMs = parseDurationMs(history_ttl);
  return {
    ...rest,
    publication_data_format: rest.publication_data_format || section.publication_data_format,
    historyTtlMs,
    historyMetaTtlMs: parseDurationMs(history_meta_ttl) || parseDurationMs(section.history_meta_ttl),
    keepsHistory: rest.history_size > 0 && historyTtlMs > 0,
    channelRegex: channel_regex === "" ? undefined : new RegExp(channel_regex),
    conflateIntervalMs: parseDurationMs(conflate_interval),
    leaveDebounceMs: Math.min(leaveDebounceMaxMs, parseDurationMs(leave_debounce)),
  };
}

/** A namespace that allows nothing and keeps nothing, from which reserved ones take every option they do not name. */
function closedNamespace(options: Omit<Namespace, "name">): Omit<Namespace, "name"> {
  const none = Object.entries(options).map(([key, value]) => {
    if (typeof value === "boolean") return [key, false];
    if (typeof value === "number") return [key, 0];
    if (Array.isArray(value)) return [key, []];
    return [key, /_(ttl|debounce|interval)$/.test(key) ? "0s" : ""];
  });
  return { ...(Object.fromEntries(none) as Omit<Namespace, "name">), force_recovery_mode: "stream" };
}
