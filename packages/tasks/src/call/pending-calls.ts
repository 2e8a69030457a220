import type { CallReply } from "./handler-caller.ts";

interface Pending {
  readonly resolve: (reply: CallReply) => void;
  readonly timer: NodeJS.Timeout;
}

/** Calls of this process that are not answered yet. The first word about one is its answer; whatever comes later finds nobody. */
export class PendingCalls {
  readonly #byId = new Map<string, Pending>();

  get size(): number {
    return this.#byId.size;
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** @param onDeadline called when the time is over, before the call resolves with `deadline` */
  open(id: string, leftMs: number, onDeadline: () => void): Promise<CallReply> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        onDeadline();
        this.settle(id, { kind: "deadline" });
      }, leftMs);
      this.#byId.set(id, { resolve, timer });
    });
  }

  /** False when it was answered before. */
  settle(id: string, reply: CallReply): boolean {
    const pending = this.#byId.get(id);
    if (pending === undefined) return false;
    this.#byId.delete(id);
    clearTimeout(pending.timer);
    pending.resolve(reply);
    return true;
  }

  settleAll(reply: CallReply): void {
    for (const id of this.#byId.keys()) this.settle(id, reply);
  }
}
