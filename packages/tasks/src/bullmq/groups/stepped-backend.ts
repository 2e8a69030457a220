import { RedisQueueBackend } from "bullmq";

/** So many tasks are changed in one step, in 2 to 4 ms. */
const stepSize = 50;

interface Removal {
  /** ms since 1970 */
  readonly before: number;
  readonly limit: number;
  readonly reason: string;
}

/**
 * BullMQ's access to Redis, with what grows with the queue done in steps: Redis serves nobody else while it runs a script, and
 * emptying a queue of 50 000 tasks in one held it for two seconds. What comes in between two steps is taken along or not, as it
 * would be right before or after.
 */
export class SteppedBackend extends RedisQueueBackend {
  override cleanJobsByState(state: string, timestamp: number, limit = 0): Promise<string[]> {
    return this.#remove(state, { before: timestamp, limit: limit || Infinity, reason: "removed from the queue" });
  }

  override async drain(delayed: boolean): Promise<void> {
    for (const state of ["wait", "prioritized", ...(delayed ? ["delayed"] : [])]) {
      await this.#remove(state, { before: Number.MAX_SAFE_INTEGER, limit: Infinity, reason: "the queue was emptied" });
    }
  }

  override obliterate(...[options]: Parameters<RedisQueueBackend["obliterate"]>): Promise<number> {
    return super.obliterate({ ...options, count: Math.min(options.count, stepSize) });
  }

  override retryFinishedJobs(
    ...[state, count = stepSize, timestamp]: Parameters<RedisQueueBackend["retryFinishedJobs"]>
  ) {
    return super.retryFinishedJobs(state, Math.min(count, stepSize), timestamp);
  }

  override promoteJobs(count = stepSize): Promise<number> {
    return super.promoteJobs(Math.min(count, stepSize));
  }

  /**
   * Ids alone: who lists jobs reads each of them anyway. The stock script reads all that are asked for in one step, a whole list where
   * the dashboard promotes or retries it, and fails at the first thing in there that is no job.
   */
  override async getJobs(...page: Parameters<RedisQueueBackend["getJobs"]>): ReturnType<RedisQueueBackend["getJobs"]> {
    const lists = await this.getRanges(...page);
    return lists.map((ids) => ids.map((id) => [id, []]));
  }

  async #remove(state: string, { before, limit, reason }: Removal): Promise<string[]> {
    const keys = [state, "events", "repeat", ""].map((name) => this.toKey(name));
    const failure = JSON.stringify({ code: "cancelled", message: reason });
    const gone: string[] = [];
    for (let left = 0; gone.length < limit;) {
      const step = Math.min(stepSize, limit - gone.length);
      const args = [...keys, before, step, state, left, failure];
      const [looked, ids] = (await this.execCommand(await this.client, "cleanJobsInSet", args)) as [number, string[]];
      gone.push(...ids);
      left += looked - ids.length;
      if (looked < step) break;
    }
    return gone;
  }
}
