import { createHash } from "node:crypto";
import type { TaskFilter } from "./task-search.ts";
import { TaskRejection } from "../task-rejection.ts";

/** Where a search goes on: among the tasks of the `source`-th kind, behind one of them or, without it, at the first. */
export interface SearchPlace {
  readonly source: number;
  readonly after: SearchMember | undefined;
}

/** A task and its place among those of its kind, in the words of whoever has put it there. */
export interface SearchMember {
  readonly score: string;
  readonly id: string;
}

const digestLength = 12;
const pattern = new RegExp(`^([\\w-]{${digestLength}}) (\\d)(?: (\\S{1,32}) ([^]{1,255}))?$`);
const scorePattern = /^-?(?:inf|\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** A place in a search is one of that search alone: in another, what came before it has not been looked at. */
export function writeSearchCursor({ source, after }: SearchPlace, asked: TaskFilter): string {
  const place = after === undefined ? "" : ` ${after.score} ${after.id}`;
  return `${digestOf(asked)} ${source}${place}`;
}

/** @throws TaskRejection when it was not made by {@link writeSearchCursor} for this search */
export function readSearchCursor(cursor: string, asked: TaskFilter): SearchPlace {
  const [, digest, source, score, id = ""] = pattern.exec(cursor) ?? [];
  if (digest === digestOf(asked)) {
    if (score === undefined) return { source: Number(source), after: undefined };
    if (scorePattern.test(score)) return { source: Number(source), after: { score, id } };
  }
  throw new TaskRejection(
    "field_invalid",
    "cursor",
    "is not one that was handed out for this search; begin without it",
  );
}

function digestOf({ status, handler, group, user, reason, sinceMs, untilMs }: TaskFilter): string {
  const asked = JSON.stringify([status, handler, group, user, reason, sinceMs, untilMs].map((one) => one ?? null));
  return createHash("sha256").update(asked).digest("base64url").slice(0, digestLength);
}
