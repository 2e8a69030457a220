import type { ChangeReply } from "../../redis/change-record.ts";
import type { GroupName } from "../../group-name.ts";
import type { TakenTask } from "../taken-task.ts";

/** What the step that took a task did with its record. `missing`: there was none, its producer is not ours. */
export interface Begun {
  readonly group: GroupName;
  readonly fence: string;
  readonly verdict: "begun" | "settled" | "stale" | "missing";
  /** Absent where the job says the same. */
  readonly recordJson: string | undefined;
}

/** What the step that ends an attempt is to write into the record. */
export interface Ending {
  readonly fence: string;
  /** Status, percent, message, result, error, encoded as change-record.lua takes them, and what is noted of the attempt. */
  readonly fields: readonly string[];
  /** Called when it was written, or refused. */
  readonly onEnded: (ended: Ended | undefined) => void;
}

export interface Ended {
  readonly verdict: ChangeReply["verdict"];
  /** By Redis' clock; 0 where the task is not over. */
  readonly atMs: number;
}

/**
 * What passes between an attempt and the calls of BullMQ's own worker before and after it: tasks that were taken by id and fence,
 * endings by lock token, which one attempt at a time has. Usual ends go past it, see `GroupBackend.complete`.
 */
export class Handovers {
  readonly #taken = new Map<string, TakenTask>();
  readonly #endings = new Map<string, Ending>();
  /** Told how many dead letters gave way to newer ones of their group. */
  lettersDropped: (count: number) => void = () => undefined;

  take(task: TakenTask): void {
    this.#taken.set(`${task.id}:${task.begun.fence}`, task);
  }

  /** Once. */
  taken(taskId: string, fence: string): TakenTask | undefined {
    const key = `${taskId}:${fence}`;
    const task = this.#taken.get(key);
    this.#taken.delete(key);
    return task;
  }

  /** To be said when the attempt holding this token ends; the newest counts. */
  end(token: string, ending: Ending): void {
    this.#endings.set(token, ending);
  }

  /** Stays until the call that carries it was answered: BullMQ repeats calls that an outage broke. */
  ending(token: string): Ending | undefined {
    return this.#endings.get(token);
  }

  endingWritten(token: string, ended: Ended | undefined): void {
    const ending = this.#endings.get(token);
    this.#endings.delete(token);
    ending?.onEnded(ended);
  }

  endingRefused(token: string): void {
    this.endingWritten(token, undefined);
  }
}
