import { type ReadonlySignal, effect, signal } from "@preact/signals";
import type { OverviewAnswer } from "../answers/overview.ts";
import type { Poll } from "./poll.ts";

/** Answers in a row by apis of another version: while apis are replaced one by one, those of this one answer in between. */
const answersInRow = 10;

/**
 * Whether the hub has come to serve another version of the console than this page is of. It stays so, and is told when all apis seem to be
 * replaced, not while they are: whoever loads the page again earlier may be given the version before.
 * @param moduleUrl of a file of this page, whose address has the hash of its version
 */
export function watchVersion(
  { data, answeredAtMs }: Pick<Poll<OverviewAnswer>, "data" | "answeredAtMs">,
  moduleUrl: string,
): ReadonlySignal<boolean> {
  const [, own] = /\/assets\/([^/]+)\//.exec(moduleUrl) ?? [];
  const isReplaced = signal(false);
  let others = 0;
  effect(() => {
    // Read so that an answer that says nothing new counts, too.
    if (answeredAtMs.value === 0 || data.value === undefined) return;
    others = data.value.console === own ? 0 : others + 1;
    if (others >= answersInRow) isReplaced.value = true;
  });
  return isReplaced;
}
