import { type ReadonlySignal, batch, effect, signal } from "@preact/signals";
import { HubFailure, type HubCalls } from "./hub.ts";

/** One thing that is asked for again and again. */
export interface Poll<T> {
  /** The newest answer, kept while later questions fail; undefined before the first. */
  readonly data: ReadonlySignal<T | undefined>;
  /** Of the last question; undefined when it was answered. */
  readonly failure: ReadonlySignal<HubFailure | undefined>;
  /** Of the newest answer, by this browser's clock. */
  readonly answeredAtMs: ReadonlySignal<number>;
  /** Asks at once, such as after an act. */
  refresh(): Promise<void>;
  stop(): void;
}

export interface PollOptions {
  readonly hub: HubCalls;
  /** Below `/ops/api/`. */
  readonly path: string;
  readonly everyMs: number;
  readonly isPaused: () => boolean;
}

/** The browser's floor, whatever is asked for. */
const floorMs = 1_000;
const failedMaxMs = 4_000;

/**
 * Asks, waits, asks again; never two questions at once. Nothing is asked while the page is hidden or paused, and after a failure less and
 * less often, up to 4 s: a hub that comes back is seen within five.
 */
export function startPoll<T>({ hub, path, everyMs, isPaused }: PollOptions): Poll<T> {
  const data = signal<T | undefined>(undefined);
  const failure = signal<HubFailure | undefined>(undefined);
  const answeredAtMs = signal(0);
  const [known, end] = [{ etag: "" }, new AbortController()];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: Promise<void> | undefined;
  let failures = 0;

  async function ask(isWanted: boolean): Promise<void> {
    try {
      const answer = await hub.readIfNew<T>(path, known, end.signal);
      failures = 0;
      // Held while the answer was under way: what somebody is asked about must not move, or take the question with it.
      if (!isWanted && isPaused() && data.peek() !== undefined) return void (known.etag = "");
      batch(() => {
        if (answer !== undefined) data.value = answer;
        failure.value = undefined;
        answeredAtMs.value = Date.now();
      });
    } catch (error) {
      if (end.signal.aborted) return;
      failures += 1;
      failure.value = failureOf(error);
    }
  }

  function plan(): void {
    clearTimeout(timer);
    // What somebody may not have they are not given a second later either.
    const isRefused = failure.peek()?.status === 403;
    if (end.signal.aborted || document.hidden || isRefused || isPaused()) return;
    timer = setTimeout(() => void refresh(false), waitMs(everyMs, failures));
  }

  function refresh(isWanted = true): Promise<void> {
    clearTimeout(timer);
    // One that is under way may have been answered before what somebody has just done.
    const turn = (asking ?? Promise.resolve())
      .then(() => ask(isWanted))
      .finally(() => {
        if (asking === turn) asking = undefined;
        if (asking === undefined) plan();
      });
    asking = turn;
    return turn;
  }

  const onSeen = () => (document.hidden ? clearTimeout(timer) : void refresh());
  document.addEventListener("visibilitychange", onSeen);
  const unfollow = effect(() => {
    // What has never been asked for is asked for once, paused or not.
    if (!isPaused() || data.peek() === undefined) void refresh();
  });
  return {
    data,
    failure,
    answeredAtMs,
    refresh,
    stop() {
      unfollow();
      end.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onSeen);
    },
  };
}

function failureOf(error: unknown): HubFailure {
  return error instanceof HubFailure ? error : new HubFailure(0, "internal", String(error));
}

function waitMs(everyMs: number, failures: number): number {
  return failures === 0 ? Math.max(floorMs, everyMs) : Math.min(failedMaxMs, floorMs * 2 ** failures);
}
