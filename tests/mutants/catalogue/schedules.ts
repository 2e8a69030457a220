import type { MutantGroup } from "../mutant.ts";

const rules = ["packages/tasks/src/bullmq/schedule-rules.redis.test.ts"];
const upkeep = ["packages/tasks/src/bullmq/schedule-upkeep.redis.test.ts", ...rules];
const whole = [...rules, "packages/tasks/src/bullmq/schedules.redis.test.ts"];

/** Schedules in Redis: what becomes of a tick, and what is kept of it. */
export const scheduleMutants: MutantGroup = {
  name: "schedules",
  root: "packages/tasks/src",
  tests: rules,
  mutants: [
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: "known[1] ~= ARGV[2] or ",
      replace: "",
      breaks: "A schedule that was changed since it was looked at does not fire as it was.",
    },
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: "known[2] ~= ARGV[3] or ",
      replace: "",
      breaks: "Of two workers that look at one tick the second changes nothing.",
    },
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: ' or known[3] ~= "active"',
      replace: "",
      breaks: "What is paused or finished does not fire.",
      equivalent:
        "tasks.stopSchedule takes the tick out of the hash in the step that changes the state, so the comparison of ticks refuses the same.",
    },
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: "not due or tonumber(due) > tasks.nowMs()",
      replace: "not due",
      breaks: "Redis' clock decides what is due.",
    },
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: "streak >= pauseAfter",
      replace: "streak > pauseAfter",
      breaks: "A schedule pauses after as many failures as it says.",
    },
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: '  call("HSET", key, "streak", "0")\n  return { "paused",',
      replace: '  return { "paused",',
      breaks: "A schedule that paused itself begins to count anew.",
      equivalent: "It counts again once it is resumed, and resume-schedule.lua writes the same 0 before.",
    },
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: 'if outcome == "skipped" then call("HINCRBY", key, "skipped", "1") end',
      replace: "",
      breaks: "Ticks that are passed over are counted.",
    },
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: '  tasks.logFiring(schedule, "missed", ARGV[4], ARGV[7], "")\n',
      replace: "",
      breaks: "What was missed is in the log.",
    },
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: 'if outcome == "fired" or outcome == "known" then',
      replace: 'if outcome == "fired" then',
      breaks: "A tick that comes again is told as fired.",
    },
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: 'or "0") >= maxRuns',
      replace: 'or "0") > maxRuns',
      breaks: "A schedule is finished after as many runs as it says.",
    },
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: 'if math.abs(tasks.nowMs() - ARGV[13]) > 1000 then return { "stale" } end',
      replace: "",
      breaks: "A command that waited for Redis to come back fires nothing.",
      tests: upkeep,
    },
    {
      file: "schedules/scripts/fire-schedule.lua",
      find: 'if isDone() then\n  tasks.stopSchedule(schedule, "finished", "")\n  return',
      replace: 'if false then\n  tasks.stopSchedule(schedule, "finished", "")\n  return',
      breaks: "A schedule that was triggered as often as it may run does not run once more.",
      tests: upkeep,
    },
    {
      file: "schedules/scripts/retime-schedule.lua",
      find: "or known[2] ~= ARGV[3] or",
      replace: "or",
      breaks: "A tick that was reckoned again moves nothing that has fired meanwhile.",
    },
    {
      file: "schedules/chunks/schedule.lua",
      find: 'if not known or tz < known then call("SET", SCHEDULES_TZ, tz) end',
      replace: 'call("SET", SCHEDULES_TZ, tz)',
      breaks: "While any tick is reckoned by old rules of time zones, all are looked through.",
    },
    {
      file: "schedules/chunks/schedule.lua",
      find: "tasks.nowMs() + FINISHED_TTL_MS",
      replace: "tasks.nowMs() + 30 * FINISHED_TTL_MS",
      breaks: "A finished schedule is forgotten after a day.",
      tests: upkeep,
    },
    {
      file: "schedules/chunks/schedule.lua",
      find: 'call("ZADD", SCHEDULES_DUE, due, schedule)',
      replace: 'call("ZADD", SCHEDULES_DUE, tick, schedule)',
      breaks: "The next tick is put off by its own part of the jitter.",
    },
    {
      file: "schedules/chunks/schedule.lua",
      find: 'if tasks.isJob(id) or tasks.readRecord(id) then return { "known", id } end',
      replace: 'if false then return { "known", id } end',
      breaks: "A tick is one task, however often it is fired.",
      tests: whole,
    },
    {
      file: "schedules/chunks/schedule.lua",
      find: 'call("LTRIM", key, "0", "49")',
      replace: 'call("LTRIM", key, "0", "499")',
      breaks: "The log of a schedule has fifty entries at most.",
    },
    {
      file: "schedules/chunks/schedule.lua",
      find: "last ~= entry.id and ",
      replace: "",
      breaks: "A task does not stand in its own way when its tick comes again.",
    },
    {
      file: "schedules/chunks/schedule.lua",
      find: "tasks.cancelTask(last, reason, CANCEL_CHANNEL)",
      replace: "tasks.readRecord(last)",
      breaks: "With cancel_other the task before is cancelled.",
    },
    {
      file: "schedules/chunks/schedule.lua",
      find: "last ~= judged and ",
      replace: "",
      breaks: "A task that has failed is counted once.",
    },
    {
      file: "schedules/chunks/schedule.lua",
      find: '  call("HSET", key, "streak", "0")\n',
      replace: "",
      breaks: "Only failures in a row pause a schedule.",
    },
  ],
};
