import type { MutantGroup } from "../mutant.ts";

const rules = ["apps/api/src/ops/alerts/advance-rules.test.ts"];
const bodies = ["apps/api/src/ops/alerts/alert-body.test.ts"];
const rounds = ["apps/api/src/ops/alerts/alert-round.test.ts"];
const watches = ["apps/api/src/ops/alerts/watch-alerts.redis.test.ts"];

/** Who is told what needs somebody, and how often. */
export const alertMutants: MutantGroup = {
  name: "alerts",
  root: "apps/api/src/ops/alerts",
  tests: rules,
  mutants: [
    {
      file: "advance-rules.ts",
      find: "return nowMs - sinceMs >= holdMs",
      replace: "return nowMs >= sinceMs",
      breaks: "What comes and goes is not told.",
    },
    {
      file: "advance-rules.ts",
      find: "if (nowMs - overSinceMs < holdMs) return",
      replace: "if (nowMs < overSinceMs) return",
      breaks: "What goes and comes back is not told to be over.",
    },
    {
      file: "advance-rules.ts",
      find: "(hasMore && quietMs >= newsEveryMs)",
      replace: "hasMore",
      breaks: "A rule about ever more groups is told every five minutes at most.",
    },
    {
      file: "advance-rules.ts",
      find: "if (known.toldAtMs === null) return {};",
      replace: "",
      breaks: "Nobody is told that something is over of which nobody was told.",
    },
    {
      file: "alert-text.ts",
      find: "String.fromCharCode(character.charCodeAt(0) + 0xfee0)",
      replace: "character",
      breaks: "A group's name cannot call everybody in a chat.",
      tests: bodies,
    },
    {
      file: "alert-body.ts",
      find: "isOver ? cutText(titleOfEnd({ ...change, isLeft }, language), titleMaxLength) : change.title",
      replace: "change.title",
      breaks: "The end of an alert does not repeat the trouble.",
      tests: bodies,
    },
    {
      file: "alert-round.ts",
      find: "urgency.indexOf(severity) >= urgency.indexOf(receiver.severity)",
      replace: "urgency.indexOf(severity) >= 0",
      breaks: "A receiver is told of nothing less urgent than it asks for.",
      tests: rounds,
    },
    {
      file: "alert-round.ts",
      find: "waiting: waiting.slice(-waitingMax)",
      replace: "waiting",
      breaks: "What waits for a receiver that is down has a bound.",
      tests: rounds,
    },
    {
      file: "watch-alerts.ts",
      find: "if (isOther(known, looked) && !(await keep(parts, looked))) return false;",
      replace: "",
      breaks: "What is to be sent is kept before it is sent, so another api sends it under the same id.",
      tests: watches,
    },
    {
      file: "watch-alerts.ts",
      find: "sent !== undefined && (await keep(parts, sent))",
      replace: "sent === looked",
      breaks: "What came of a message is kept when it was sent, so nobody gets it again.",
      tests: watches,
    },
    {
      file: "watch-alerts.ts",
      find: "const isAway = judged === undefined || (refuses.length === 0 && !isAnswer((error as Error).cause));",
      replace: "const isAway = error instanceof Error;",
      breaks: "A Redis that takes no writes is not told as one that does not answer.",
      tests: watches,
    },
    {
      file: "watch-alerts.ts",
      find: "needs.filter(isOfHub)",
      replace: "needs",
      breaks: "That Redis took no writes is not told once more by whoever has the turn.",
      tests: watches,
    },
    {
      file: "alert-round.ts",
      find: "      const outcome = await send(receiver, head);",
      replace: "      const at = now();\n      now = () => at;\n      const outcome = await send(receiver, head);",
      breaks: "A receiver that hangs is left alone for as long as is said, counted from the end of the attempt.",
      tests: rounds,
    },
  ],
};
