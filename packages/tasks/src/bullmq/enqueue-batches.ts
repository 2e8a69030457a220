import type { AcceptedTask } from "../accept-request.ts";
import type { ScriptPlace } from "../redis/define-script.ts";
import type { TaskKeys } from "../redis/task-keys.ts";
import { type AdmissionReply, admissionOf } from "./enqueue-task.ts";
import { groupScripts } from "./groups/group-scripts.ts";
import { jobOfTask } from "./job-mapping.ts";

/** Redis does nothing else while it runs a script: fifty tasks hold it for a millisecond. */
const batchMax = 50;
/** Of data; beyond it what a batch saves is nothing beside it, and a Redis that is nearly full refuses no more than it must. */
const batchMaxLength = 128 * 1024;

interface Waiting {
  readonly entry: readonly string[];
  readonly resolve: (reply: AdmissionReply) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Tasks on their way to Redis. Those that are enqueued in one turn of the event loop go as one script, some at a time and in their order:
 * what a script costs besides its work is paid once for all of them. Each comes in or is refused by itself. One that comes alone goes alone,
 * in the turn it came in.
 */
export class EnqueueBatches {
  readonly #place: ScriptPlace;
  readonly #keys: TaskKeys;
  #waiting: Waiting[] = [];
  #length = 0;

  constructor(place: ScriptPlace, keys: TaskKeys) {
    this.#place = place;
    this.#keys = keys;
  }

  /** @param task to be run at once */
  add(task: AcceptedTask): Promise<AdmissionReply> {
    const texts = jobTexts(task);
    const entry = [...admissionOf(task, this.#keys), ...texts];
    const length = texts[0]?.length ?? 0;
    return new Promise((resolve, reject) => {
      if (this.#length + length > batchMaxLength) this.flush();
      this.#length += length;
      if (this.#waiting.length === 0) setImmediate(() => this.flush());
      this.#waiting.push({ entry, resolve, reject });
      if (this.#waiting.length === batchMax) this.flush();
    });
  }

  /** In front of whatever must not overtake them. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    this.#length = 0;
    const list = JSON.stringify(waiting.map(({ entry }) => entry));
    groupScripts.enqueueTasks.run(this.#place, { list }).then(
      (replies) => waiting.forEach(({ resolve, reject }, index) => settle({ resolve, reject }, replies[index])),
      (error: unknown) => waiting.forEach(({ reject }) => reject(error)),
    );
  }
}

/**
 * The job's data and options without what stands in fields of its own: Redis keeps a hash as one piece of memory, a third of what it takes else,
 * as long as none of its values has more than 64 bytes. `readableJob` puts the options together again.
 */
function jobTexts(task: AcceptedTask): readonly string[] {
  const { user, caller, timeoutMs, resultTtlMs } = task;
  const { attempts, backoff, priority } = jobOfTask(task).opts;
  const data = { data: task.data, ...(user !== "" && { user }), ...(caller !== undefined && { caller }) };
  const options = JSON.stringify({ attempts, backoff, priority });
  return [JSON.stringify(data), options, String(task.priority), `${timeoutMs} ${resultTtlMs}`];
}

function settle({ resolve, reject }: Pick<Waiting, "resolve" | "reject">, reply: unknown): void {
  // What Redis refuses is an error among the replies.
  if (reply instanceof Error) reject(reply);
  else resolve(reply as AdmissionReply);
}
