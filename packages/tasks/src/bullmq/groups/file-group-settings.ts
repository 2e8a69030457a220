import type { Settings } from "@switchyard/runtime/settings";
import type { GroupSettings } from "../../group.ts";
import { defaultGroupSettings } from "./settings.ts";

/** The `groups` of the settings file; what a group leaves out is as `*` says. */
export function fileGroupSettings(section: Settings["groups"]): Readonly<Record<string, GroupSettings>> {
  const general = { ...defaultGroupSettings, ...section["*"] };
  return Object.fromEntries(Object.entries(section).map(([group, own]) => [group, { ...general, ...own }]));
}
