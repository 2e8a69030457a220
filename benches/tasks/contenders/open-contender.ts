import { openFloor } from "./floor.ts";
import { openGroupmq } from "./groupmq.ts";
import { openGroupsAlone } from "./groups-alone.ts";
import { openPlainBullmq } from "./plain-bullmq.ts";
import { openSwitchyard } from "./switchyard.ts";
import { openRecordedBullmq } from "./recorded-bullmq.ts";
import type { OpenContender } from "./task-contender.ts";

/** By name, with the title of the reports. The first is the reference of ratios. */
export const contenders = {
  bullmq: { title: "plain BullMQ", open: openPlainBullmq },
  switchyard: { title: "Switchyard", open: openSwitchyard },
  groups: { title: "BullMQ + our groups", open: openGroupsAlone },
  groupmq: { title: "groupmq", open: openGroupmq },
  /** These two with `--floor` alone. */
  recorded: { title: "plain BullMQ, a record", open: openRecordedBullmq },
  floor: { title: "the floor", open: openFloor },
} as const satisfies Readonly<Record<string, { title: string; open: OpenContender }>>;
export type ContenderName = keyof typeof contenders;
export const contenderNames = Object.keys(contenders) as ContenderName[];
