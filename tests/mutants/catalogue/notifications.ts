import type { MutantGroup } from "../mutant.ts";

const firing = ["apps/worker/src/handlers/escalate-handler.redis.test.ts"];
const notifying = ["apps/api/src/routes/notify/route.redis.test.ts"];
const scheduling = ["apps/api/src/routes/put-schedule/route.redis.test.ts"];
const times = ["packages/protocol/src/read-time.test.ts", "packages/inbox/src/requests"];

/** Notifications and what schedules do with them: what comes in, what comes of it, and who may have it done. */
export const notificationMutants: MutantGroup = {
  name: "notifications",
  root: ".",
  tests: notifying,
  mutants: [
    {
      file: "apps/api/src/check-own-task.ts",
      find: "if (handler === notifyHandler) await notifications.check(data);",
      replace: "",
      breaks: "A task that notifies is checked where it comes in.",
    },
    {
      file: "apps/api/src/check-own-task.ts",
      find: "if (isPublishHandler(handler)) parsePublishRequest(data, rules);",
      replace: "",
      breaks: "A task that publishes is checked where it comes in.",
    },
    {
      file: "apps/api/src/routes/change-schedule/route.ts",
      find: "if (spec !== null) requireForHandler(targetOf(spec), apiKey);",
      replace: "",
      breaks: "Who has a schedule run needs the scope of what it does.",
      tests: scheduling,
    },
    {
      file: "packages/tasks/src/schedules/schedule-entry.ts",
      find: "isHubsOwn(request.handler)",
      replace: "from.spec.task === undefined",
      breaks: "A schedule may name a handler of the hub's own as its task.",
      tests: scheduling,
    },
    {
      file: "packages/protocol/src/read-time.ts",
      find: "if (second !== undefined)",
      replace: "if (false)",
      breaks: "Of two fields for one time none is dropped without a word.",
      tests: times,
    },
    {
      file: "packages/notifications/src/fan-out.ts",
      find: "return { tasks: [], isRecalled: true };",
      replace: "break;",
      breaks: "After a recall a notification to many says that it was recalled.",
    },
    {
      file: "packages/notifications/src/fire-timer.ts",
      find: 'if (status === "snoozed" && unless === "read") {',
      replace: "if (false) {",
      breaks: "What a user has snoozed is looked at again when it has woken.",
      tests: firing,
    },
    {
      file: "packages/notifications/src/fire-timer.ts",
      find: "Math.max(wakesAtMs, nowMs) + afterMs",
      replace: "Math.max(wakesAtMs, nowMs)",
      breaks: "What has woken is left to its user for as long as at first.",
      tests: firing,
    },
    {
      file: "packages/notifications/src/deliver.ts",
      find: "if (isInBackground) await rest(performance.now() - beganMs);",
      replace: "",
      breaks: "A fan-out rests, so that others go on as before.",
      tests: ["apps/worker/src/handlers/notify-handler.redis.test.ts"],
    },
    {
      file: "packages/tasks/src/bullmq/groups/wrapped/move-stalled-jobs-to-wait.lua",
      find: 'call("HDEL", jobKey, "defa")',
      replace: "call('PING')",
      breaks: "A fan-out is finished, although two of its workers were killed.",
      tests: ["packages/tasks/src/bullmq/outage.redis.test.ts"],
    },
    {
      file: "packages/inbox/src/redis/scripts/inbox-erase.lua",
      find: 'if call("EXISTS", ITEMS, PREFERENCES) == 0 and erasedAt',
      replace: "if erasedAt",
      breaks: "Preferences that were set after an erasure are erased, too.",
      tests: ["packages/inbox/src/redis/inbox-reading.redis.test.ts"],
    },
  ],
};
