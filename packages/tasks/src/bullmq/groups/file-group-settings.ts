import { parseDurationMs } from "@switchyard/runtime/duration";
import type { Settings } from "@switchyard/runtime/settings";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { GroupSettings } from "../../group.ts";
import { allGroups, type GroupName, parseGroupName } from "../../group-name.ts";
import { TaskRejection } from "../../task-rejection.ts";
import { defaultGroupSettings } from "./settings.ts";

/** The `groups` of the settings file; what a group leaves out is as `*` says. @throws StartupError naming a group that cannot be. */
export function fileGroupSettings(
  section: Settings["groups"],
): ReadonlyMap<GroupName | typeof allGroups, GroupSettings> {
  const general = { ...defaultGroupSettings, ...toSettings(section["*"] ?? {}) };
  return new Map(
    Object.entries(section).map(([group, own]) => [nameOf(group), { ...general, ...toSettings(own) }] as const),
  );
}

function nameOf(group: string): GroupName | typeof allGroups {
  if (group === allGroups) return group;
  try {
    return parseGroupName(group, `groups.${group}`);
  } catch (error) {
    throw new StartupError("config", error instanceof TaskRejection ? error.publicMessage : String(error));
  }
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
