import type { ProcessKind } from "@switchyard/console/answers";
import type { ListedProcess } from "./process-list.ts";

/** Processes of one kind and version that were started with different settings. */
export interface SettingsDifference {
  readonly kind: ProcessKind;
  /** How many different ones. */
  readonly variants: number;
  /** Of the first look that saw it, since when every look has. */
  readonly sinceMs: number;
}

export interface SettingsWatch {
  look(processes: readonly ListedProcess[], nowMs: number): readonly SettingsDifference[];
}

/**
 * Remembers since when processes differ, since a deployment that replaces them one by one makes them differ for a while. Those of two versions
 * are told of as such, and one that does not say its settings, or stops, does not count.
 */
export function createSettingsWatch(): SettingsWatch {
  let since: ReadonlyMap<ProcessKind, number> = new Map();
  return {
    look(processes, nowMs) {
      const saying = processes.filter(({ state, settings }) => state === "up" && settings !== null);
      const differing = [...Map.groupBy(saying, ({ kind }) => kind)].flatMap(([kind, alike]) => {
        const variants = new Set(alike.map(({ settings }) => settings)).size;
        const isOneVersion = new Set(alike.map(({ version }) => version)).size === 1;
        return isOneVersion && variants > 1 ? [{ kind, variants, sinceMs: since.get(kind) ?? nowMs }] : [];
      });
      since = new Map(differing.map(({ kind, sinceMs }) => [kind, sinceMs]));
      return differing;
    },
  };
}
