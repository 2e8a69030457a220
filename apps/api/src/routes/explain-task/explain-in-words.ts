import { unreachable } from "@switchyard/runtime/unreachable";
import type { Explanation } from "@switchyard/tasks/group";
import { ungrouped } from "@switchyard/tasks/group-name";

/** That it is `ready`, and what there is of its handler. */
export function explainUnhandled(explanation: Grouped, handler: string): string {
  return `${isNext(explanation)}, but no running worker has the handler \`${handler}\`.`;
}

type Grouped = Pick<Extract<Explanation, { readonly state: "ready" }>, "group">;

function isNext({ group }: Grouped): string {
  return group === ungrouped ? "It may start" : "It is the next of its group";
}

/** One sentence; times are UTC. */
export function explainInWords(explanation: Exclude<Explanation, { readonly state: "unknown" }>): string {
  switch (explanation.state) {
    case "settled":
      return `It ${explanation.status === "cancelled" ? "was" : "has"} ${explanation.status}.`;
    case "running":
      return `It runs, since ${time(explanation.sinceMs)}.`;
    case "delayed":
      return `It is not due before ${time(explanation.untilMs)}.`;
    case "paused":
      return explanation.paused === "queue"
        ? `The whole queue is paused (${explanation.reason}).`
        : `Its group is paused (${explanation.reason})${andAhead(explanation)}.`;
    case "limited":
      return `Its group has used up its rate until ${time(explanation.untilMs)}${andAhead(explanation)}.`;
    case "maxed":
      return `${tasks(explanation, explanation.by.length, "runs", "run")}, which is all its group may${andAhead(explanation)}.`;
    case "held":
      return `${explanation.by} failed, keeps its place and tries again at ${time(explanation.untilMs)}${andAhead(explanation)}.`;
    case "handler_maxed":
      return `${explanation.limit === 1 ? "1 task of its handler runs" : `${explanation.limit} tasks of its handler run`}, which is all that may at the same time${andAhead(explanation)}.`;
    case "throttled":
      return `The whole queue may run no more than ${explanation.limit}, as a dashboard or a BullMQ client has set${andAhead(explanation)}.`;
    case "behind":
      return `${tasks(explanation, explanation.ahead, "comes", "come")} first.`;
    case "ready":
      return `${isNext(explanation)} and waits for a free worker.`;
    default:
      return unreachable(explanation);
  }
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}

function andAhead(explanation: Grouped & { readonly state: Explanation["state"]; readonly ahead: number }): string {
  return explanation.ahead === 0 ? "" : `, and ${tasks(explanation, explanation.ahead, "comes", "come")} first`;
}

function tasks(
  { group, state }: Grouped & { readonly state: Explanation["state"] },
  count: number,
  ...[singular, plural]: readonly [string, string]
): string {
  // The ungrouped wait side by side; only those of one handler wait for each other, for its share.
  const whose = group !== ungrouped ? "of its group" : state === "handler_maxed" ? "of its handler" : "without a group";
  return count === 1 ? `1 task ${whose} ${singular}` : `${count} tasks ${whose} ${plural}`;
}
