import { useDesk } from "../state/desk.ts";
import { type Fields, HubFailure } from "../state/hub.ts";
import { useWords } from "../state/use-words.ts";
import { actFailureText } from "../ui/act-failure.ts";
import { actWords } from "./words.ts";

/** What takes an act back: done only while the thing is as the act left it, since somebody else may have decided otherwise meanwhile. */
export interface TakeBack {
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly body?: object | undefined;
  /** What the act has left. */
  readonly expect: Fields;
  /** Instead of what comes after the act. */
  readonly after?: () => unknown;
}

/** Something that was done. */
export interface Done {
  /** What was asked for, as `Resume “mail”`: a failure names it. */
  readonly name?: string | undefined;
  readonly done: string;
  /** Offered for some seconds. */
  readonly takeBack?: TakeBack;
  /** In its place where the api knows no condition: of marks in an inbox. */
  readonly undo?: (() => Promise<unknown>) | undefined;
  /** After it is done, and after it is taken back. */
  readonly after?: (() => unknown) | undefined;
}

/** `T`: what the api answers. */
export interface Act<T> extends Omit<Done, "takeBack"> {
  readonly name: string;
  readonly run: () => Promise<T>;
  /** Offered for some seconds, of what the act has left. */
  readonly takeBack?: (left: T) => TakeBack;
  /** Whether its failure stands where it was begun, and needs no telling. */
  readonly isTold?: () => boolean;
}

export interface Acts {
  /**
   * Does at a click what can be undone: that it is under way and what came of it is told. A failure offers to try again only where nothing
   * was done.
   */
  readonly perform: <T>(act: Act<T>) => Promise<void>;
  /** Tells what a question has done, whose dialog tells its failures itself. The head of the page learns of it at once. */
  readonly tell: (done: Done) => Promise<void>;
}

/** So long an act may take before it is told that it is under way. */
const quickMs = 400;

export function useActs(): Acts {
  const { hub, notices, overview, preferences } = useDesk();
  const said = useWords(actWords);
  return { perform, tell };

  async function perform<T>(act: Act<T>): Promise<void> {
    const { name, run, takeBack, isTold, ...done } = act;
    notices.forgetFailures(name);
    const endWork = notices.tellWork(said.underWay(name), quickMs);
    let left: T;
    try {
      left = await run();
    } catch (error) {
      if (!(error instanceof HubFailure)) throw error;
      if (isTold?.() === true) return;
      const why = actFailureText(error, preferences.language.value);
      const isNotDone = error.code === "unavailable" || error.code === "redis_refuses";
      const again = isNotDone ? () => void perform(act) : undefined;
      return notices.tell({ kind: "failed", text: said.notDone(name, why), of: name, again });
    } finally {
      endWork();
    }
    await tell({ ...done, name, ...(takeBack !== undefined && { takeBack: takeBack(left) }) });
  }

  async function tell({ name = "", done, takeBack, undo, after }: Done): Promise<void> {
    const run = takeBack === undefined ? undo : () => hub.act(takeBack.method, takeBack.path, takeBack);
    const undoing = run && {
      name: said.undoOf(name),
      run,
      done: said.undone(name),
      after: takeBack?.after ?? after,
    };
    notices.tell({ kind: "done", text: done, undo: undoing && (() => void perform(undoing)) });
    await overview.refresh();
    await after?.();
  }
}
