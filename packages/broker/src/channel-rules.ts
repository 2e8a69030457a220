import { parseChannelName } from "@switchyard/protocol/channel-name";
import { type Namespace } from "@switchyard/runtime/channel-section";
import { parseDurationMs } from "@switchyard/runtime/duration";
import type { Settings } from "@switchyard/runtime/settings";

/**
 * What is allowed and kept in a channel, by its namespace. Every process that publishes, subscribes or reads asks here, so
 * one channel is the same stream from every door.
 */
export interface ChannelRules {
  /** Undefined: no such namespace is configured (error 102). */
  find(channel: string): ChannelOptions | undefined;
}

export type ChannelOptions = Omit<Namespace, "name" | "history_ttl"> & {
  readonly historyTtlMs: number;
  readonly historyMetaTtlMs: number;
  /** True when publications are numbered and kept. */
  readonly keepsHistory: boolean;
};

/**
 * The hub's own namespaces. `user` reaches a user on all devices and survives a short absence; `task` holds the newest record
 * only, handed to late subscribers at once; `group` tells a group's life cycle. None can be subscribed to without a token
 * or the hub's doing.
 */
const reserved: Partial<Namespace>[] = [
  { name: "user", history_size: 100, history_ttl: "24h", force_recovery: true, force_positioning: true },
  {
    name: "task",
    history_size: 1,
    history_ttl: "24h",
    force_recovery: true,
    force_recovery_mode: "cache",
    auto_cache_recover: true,
  },
  { name: "group", history_size: 100, history_ttl: "1h", force_recovery: true },
];

export function createChannelRules(section: Settings["channel"]): ChannelRules {
  const historyMetaTtlMs = parseDurationMs(section.history_meta_ttl);
  const toOptions = ({ history_ttl, ...rest }: Omit<Namespace, "name">): ChannelOptions => {
    const historyTtlMs = parseDurationMs(history_ttl);
    return { ...rest, historyTtlMs, historyMetaTtlMs, keepsHistory: rest.history_size > 0 && historyTtlMs > 0 };
  };
  // Reserved namespaces take every option they do not name from a namespace that allows nothing.
  const closed = Object.fromEntries(
    Object.keys(section.without_namespace).map((key) => [
      key,
      key === "history_size" ? 0 : key === "history_ttl" ? "0s" : false,
    ]),
  ) as unknown as Namespace;
  const byNamespace = new Map<string, ChannelOptions>([["", toOptions(section.without_namespace)]]);
  for (const namespace of [
    ...section.namespaces,
    ...reserved.map((own) => ({ ...closed, force_recovery_mode: "stream" as const, ...own })),
  ]) {
    const { name, ...options } = namespace as Namespace;
    byNamespace.set(name, toOptions(options));
  }
  return { find: (channel) => byNamespace.get(parseChannelName(channel).namespace) };
}
