import type { ChangeReply } from "../../redis/change-record.ts";
import type { GroupName } from "../../group-name.ts";
import type { TaskRecord } from "../../task.ts";

/** What the step that took a task did with its record. `missing`: there was none, its producer is not ours. */
export interface Begun {
  readonly group: GroupName;
  readonly fence: string;
  readonly verdict: "begun" | "settled" | "stale" | "missing";
  readonly record: TaskRecord | undefined;
  /** The job's data as it was written. */
  readonly dataText: string;
  /** Why the task cannot be run, if it cannot. */
  readonly problem: string | undefined;
}

/** What the step that ends an attempt is to write into the record. */
export interface Ending {
  readonly fence: string;
  /** Status, percent, message, result, error, encoded as change-record.lua takes them. */
  readonly fields: readonly string[];
  /** Called when it was written, or refused. */
  readonly onEnded: (ended: Ended | undefined) => void;
}

export type Ended = ChangeReply;

/**
 * What passes between an attempt and the BullMQ calls before and after it. BullMQ's worker makes those calls by itself, so
 * the two sides meet here: begun attempts by task and fence, endings by lock token, which one attempt at a time has.
 */
export class Handovers {
  readonly #begun = new Map<string, Begun>();
  readonly #endings = new Map<string, Ending>();
  /** Told how many dead letters gave way to newer ones of their group. */
  lettersDropped: (count: number) => void = () => undefined;

  begin(taskId: string, begun: Begun): void {
    this.#begun.set(`${taskId}:${begun.fence}`, begun);
  }

  /** Once. */
  takeBegun(taskId: string, fence: string): Begun | undefined {
    const key = `${taskId}:${fence}`;
    const begun = this.#begun.get(key);
    this.#begun.delete(key);
    return begun;
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
