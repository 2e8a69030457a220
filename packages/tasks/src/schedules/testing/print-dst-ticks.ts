import { tickAfter } from "../timing.ts";
import { clockChanges, cronTiming, dstPatterns, dstZones } from "./dst-cases.ts";

/** Prints dst-ticks.json: each pattern's ticks within a day around each change of the clock. */
const dayMs = 86_400_000;
const all = dstZones.flatMap((timeZone) =>
  clockChanges(timeZone).map((changeMs) => {
    const ticks = dstPatterns.map((cron) => {
      const found: string[] = [];
      const timing = cronTiming(cron, timeZone);
      for (let tick = tickAfter(timing, changeMs - dayMs); tick !== undefined && tick < changeMs + dayMs;) {
        // Two a day and what is near the change; 96 lines of half hours say nothing more.
        if (Math.abs(tick - changeMs) < dayMs / 8) found.push(new Date(tick).toISOString().slice(0, 16));
        tick = tickAfter(timing, tick);
      }
      return [cron, found.join(" ")] as const;
    });
    return [`${timeZone} ${new Date(changeMs).toISOString().slice(0, 16)}`, Object.fromEntries(ticks)] as const;
  }),
);
process.stdout.write(`${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`);
