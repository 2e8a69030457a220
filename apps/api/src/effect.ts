/**
 * What asking the same again does, which decides whether a program may repeat a request whose answer it did not get:
 *
 * - `reads`: it changes nothing.
 * - `settles`: asked twice it leaves what asking once leaves, give or take what happened in between.
 * - `counts`: each time counts, unless it comes with an idempotency key.
 * - `acts`: each time counts.
 */
export type Effect = "reads" | "settles" | "counts" | "acts";

/** The same as `x-retry` of the OpenAPI document has it, for client libraries: repeat at will, with a key, or never. */
export const retryOf = { reads: "safe", settles: "safe", counts: "key", acts: "never" } as const satisfies Record<
  Effect,
  string
>;
