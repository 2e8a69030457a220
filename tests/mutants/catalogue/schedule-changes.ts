import type { MutantGroup } from "../mutant.ts";

const rules = ["packages/tasks/src/bullmq/schedule-rules.redis.test.ts"];
const upkeep = ["packages/tasks/src/bullmq/schedule-upkeep.redis.test.ts", ...rules];

/** What people do to schedules: change, pause, trigger, backfill and remove them. */
export const scheduleChangeMutants: MutantGroup = {
  name: "schedule-changes",
  root: "packages/tasks/src",
  tests: rules,
  mutants: [
    {
      file: "schedules/chunks/schedule.lua",
      find: 'if call("HGET", key, "state") ~= "paused" then call',
      replace: "if true then call",
      breaks: "Whoever writes another note to a pause does not move since when it is.",
      tests: upkeep,
    },
    {
      file: "schedules/read-schedule.ts",
      find: 'pausedBy: state === "paused" ?',
      replace: "pausedBy: true ?",
      breaks: "A schedule that goes on is nobody's pause.",
      tests: upkeep,
    },
    {
      file: "schedules/scripts/put-schedule.lua",
      find: 'if (rev or "") ~= ARGV[2] then return { "stale" } end',
      replace: "",
      breaks: "Of two who change a schedule at once the second sees what the first has written.",
    },
    {
      file: "schedules/scripts/put-schedule.lua",
      find: 'tonumber(ARGV[8]) then return { "full" } end',
      replace: 'tonumber(ARGV[8]) + 1 then return { "full" } end',
      breaks: "There is a bound on the number of schedules.",
    },
    {
      file: "schedules/scripts/put-schedule.lua",
      find: '(lastTick or "") ~= ARGV[11]',
      replace: "false",
      breaks: "A tick that fires while its schedule is changed does not fire again.",
    },
    {
      file: "schedules/scripts/put-schedule.lua",
      find: ' and state ~= "paused" then',
      replace: " then",
      breaks: "Who changes a paused schedule does not resume it.",
    },
    {
      file: "schedules/scripts/put-schedule.lua",
      find: '  if tick == "" then\n',
      replace: "  if false then\n",
      breaks: "A schedule without another tick is finished.",
    },
    {
      file: "schedules/chunks/schedule.lua",
      find: '  call("ZREM", SCHEDULES_FINISHED, schedule)\n  -- The oldest',
      replace: "  -- The oldest",
      breaks: "A finished schedule that is given other times is not forgotten.",
      tests: upkeep,
    },
    {
      file: "schedules/scripts/resume-schedule.lua",
      find: '"note", "", "streak", "0",',
      replace: '"note", "",',
      breaks: "Failures before a schedule was resumed do not count after it.",
    },
    {
      file: "schedules/chunks/schedule.lua",
      find: 'call("DEL", SCHEDULE_LOG .. schedule, SCHEDULE_PAST .. schedule)',
      replace: 'call("EXISTS", SCHEDULE_LOG .. schedule)',
      breaks: "A schedule that is made again has no log of the one that was removed.",
    },
    {
      file: "schedules/scripts/put-schedule.lua",
      find: 'call("HSET", key, "lastTick", ARGV[13], "fired", ARGV[14])',
      replace: 'call("HSET", key, "lastTick", ARGV[13])',
      breaks: "What a schedule that was forgotten had fired counts when it is put again.",
      tests: upkeep,
    },
    {
      file: "schedules/read-schedule.ts",
      find: "|| known !== JSON.stringify(timing)",
      replace: "",
      breaks: "One that is put again with another time runs, whatever a forgotten one of its name had fired.",
      tests: ["packages/tasks/src/schedules/read-schedule.test.ts"],
    },
    {
      file: "schedules/scripts/list-due.lua",
      find: '    call("ZREM", SCHEDULES_DUE, schedule)\n',
      replace: "",
      breaks: "A schedule whose hash is gone is due no more.",
    },
    {
      file: "schedules/scripts/run-schedule.lua",
      find: 'if outcome == "fired" then tasks.logFiring',
      replace: "if true then tasks.logFiring",
      breaks: "A run that came to nothing is not in the log.",
      tests: upkeep,
    },
    {
      file: "schedules/scripts/run-schedule.lua",
      find: 'if call("HGET", SCHEDULE .. schedule, "rev") ~= ARGV[2] then return { "stale" } end',
      replace: "",
      breaks: "A run by hand is of the schedule as it is.",
    },
    {
      file: "schedules/fire-due.ts",
      find: "planFiring(spec, tick, nowMs - jitterOf(id, tick, spec.jitterMs))",
      replace: "planFiring(spec, tick, nowMs)",
      breaks: "A tick that was put off was not missed.",
    },
    {
      file: "schedules/fire-due.ts",
      find: "if (!(error instanceof TaskRejection)) throw error;",
      replace: "throw error;",
      breaks: "A schedule whose task is refused is paused and not tried for ever.",
    },
    {
      file: "schedules/create-schedules.ts",
      find: "keepsTick: keepsTick ? 1 : 0,",
      replace: "keepsTick: 0,",
      breaks: "Who changes the data of a schedule drops no tick that is due.",
    },
    {
      file: "schedules/run-schedule.ts",
      find: "if (toMs > nowMs)",
      replace: "if (false)",
      breaks: "A backfill runs what has passed.",
      tests: upkeep,
    },
    {
      file: "schedules/scheduled-task.ts",
      find: "waits && request.group === undefined",
      replace: "waits",
      breaks: "The tasks of a schedule run in the group that was asked for.",
      tests: upkeep,
    },
    {
      file: "schedules/scheduled-task.ts",
      find: "id.length <= 119 ?",
      replace: "id.length <= 128 ?",
      breaks: "A schedule of any id has a lane for its tasks.",
      tests: upkeep,
    },
  ],
};
