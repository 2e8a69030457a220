import { parseDurationMs } from "@switchyard/runtime/duration";
import type { Settings } from "@switchyard/runtime/settings";
import type { GroupSettings } from "../../group.ts";
import { defaultGroupSettings } from "./settings.ts";

/** The `groups` of the settings file; what a group leaves out is as `*` says. */
export function fileGroupSettings(section: Settings["groups"]): Readonly<Record<string, GroupSettings>> {
  const general = { ...defaultGroupSettings, ...toSettings(section["*"] ?? {}) };
  return Object.fromEntries(Object.entries(section).map(([group, own]) => [group, { ...general, ...toSettings(own) }]));
}

function toSettings(own: Settings["groups"][string]): Partial<GroupSettings> {
  const { concurrency, weight, rate, on_failure, pause_after, max_size, on_full } = own;
  const onFailure = pause_after === undefined ? on_failure : { pauseAfter: pause_after };
  return {
    ...(concurrency !== undefined && { concurrency }),
    ...(weight !== undefined && { weight }),
    ...(rate !== undefined && { rate: { max: rate.max, perMs: parseDurationMs(rate.per) } }),
    ...(onFailure !== undefined && { onFailure }),
    ...(max_size !== undefined && { maxSize: max_size }),
    ...(on_full !== undefined && { onFull: on_full }),
  };
}
