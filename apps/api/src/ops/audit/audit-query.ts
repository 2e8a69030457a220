import { type AuditBook, auditBooks } from "@switchyard/broker/audit-store";
import Type, { type Static } from "typebox";
import { ApiError } from "../../errors/api-error.ts";
import { readQueryTime } from "../../shapes/iso-times.ts";
import { chains, outcomes, ways } from "./audit-filter.ts";

const text = Type.Optional(Type.String({ minLength: 1, maxLength: 300 }));
const one = <T extends string>(of: readonly T[]) => Type.Optional(Type.Enum([...of]));
const time = Type.Optional(Type.String({ maxLength: 40 }));

const asked = {
  /** `all`: the three as one. */
  book: one([...auditBooks, "all"]),
  since: time,
  until: time,
  actor: text,
  act: text,
  target: text,
  outcome: one(outcomes),
  via: one(ways),
  text,
  chain: one(chains),
};
const closed = { additionalProperties: false };

/** What is looked for in the audit. */
export const auditQuery = Type.Object(asked, closed);
export type AuditQuery = Static<typeof auditQuery>;

/** The same, a page of it. */
export const auditPageQuery = Type.Object(
  {
    ...asked,
    // Nothing is before the first id there is, and Redis takes that for no range.
    before: Type.Optional(Type.String({ pattern: String.raw`^(?!0+-0+$)\d{1,16}-\d{1,16}$` })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  closed,
);

/** @throws ApiError naming the field, for a time that is none, or an end before its beginning */
export function spanOf({ since, until }: Pick<AuditQuery, "since" | "until">) {
  const [sinceMs, untilMs] = [readQueryTime("since", since), readQueryTime("until", until)];
  if (sinceMs !== undefined && untilMs !== undefined && untilMs < sinceMs) {
    throw new ApiError("invalid_request", "until: must not be before `since`", { field: "until" });
  }
  return { sinceMs, untilMs };
}

export function booksOf({ book = "people" }: Pick<AuditQuery, "book">): readonly AuditBook[] {
  return book === "all" ? auditBooks : [book];
}
