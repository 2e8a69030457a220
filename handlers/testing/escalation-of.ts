import type { EscalationData } from "@switchyard/notifications/notify";
import type { HandlerContext } from "@switchyard/tasks/handler";

/** What a step of escalation gives its handler, for tests of handlers. */
export function escalationOf(user: string, item: Readonly<Record<string, unknown>>): EscalationData {
  return {
    user,
    notification: "nt_PRqJ0n1rbTjbMRZ9pCxGa",
    item: { id: "n_irrK3QyEOpEivnJLCDJF7", ...item },
    counts: { unread: 3, unseen: 1, total: 5, categories: {} },
    escalation: { step: 0, afterMs: 1_000, unless: "seen", when: "always", handler: "email", via: "email" },
  };
}

export function contextOf(taskId: string, signal = new AbortController().signal): HandlerContext {
  const logger = {} as HandlerContext["logger"];
  return { taskId, attempt: 1, group: "", token: "1", signal, progress: () => undefined, log: () => undefined, logger };
}
