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

/** `T`: what the api answers. */
export interface Act<T> {
  /** What was asked for, as `Resume “mail”`: a failure names it. */
  readonly name?: string | undefined;
  readonly run: () => Promise<T>;
  readonly done: string;
  /** Offered for some seconds, of what the act has left. */
  readonly takeBack?: (left: T) => TakeBack;
  /** In its place where the api knows no condition: of marks in an inbox. */
  readonly undo?: (() => Promise<unknown>) | undefined;
  /** After it is done, and after it is taken back. */
  readonly after?: (() => unknown) | undefined;
}

/** So long an act may take before it is told that it is under way. */
const quickMs = 400;

/**
 * Does at a click what can be undone: that it is under way and what came of it is told, and the head of the page learns of it at once. A
 * failure offers to try again only where nothing was done.
 */
export function useAct(): <T>(act: Act<T>) => Promise<void> {
  const { hub, notices, overview, preferences } = useDesk();
  const said = useWords(actWords);
  return async function perform<T>(act: Act<T>): Promise<void> {
    const { name = "", run, done, takeBack, after } = act;
    let [undo, afterUndo] = [act.undo, after];
    const endWork = name === "" ? () => undefined : notices.tellWork(said.underWay(name), quickMs);
    try {
      const left = await run();
      const back = takeBack?.(left);
      if (back !== undefined) undo = () => hub.act(back.method, back.path, back);
      afterUndo = back?.after ?? after;
    } catch (error) {
      if (!(error instanceof HubFailure)) throw error;
      const why = actFailureText(error, preferences.language.value);
      const again = error.code === "unavailable" && name !== "" ? () => void perform(act) : undefined;
      return notices.tell({ kind: "failed", text: name === "" ? why : said.notDone(name, why), again });
    } finally {
      endWork();
    }
    const undoing = undo && { name: said.undoOf(name), run: undo, done: said.undone(name), after: afterUndo };
    notices.tell({ kind: "done", text: done, undo: undoing && (() => void perform(undoing)) });
    await overview.refresh();
    await after?.();
  };
}
