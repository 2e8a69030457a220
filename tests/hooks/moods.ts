import type { Mood } from "@switchyard/testkit/fake-back-end";

/** What a client of each hook is told; for `connect` it may be the end of its line. */
export type Told =
  | { readonly kind: "error"; readonly codes: readonly number[] }
  | { readonly kind: "closed"; readonly code: number };

export interface MoodCase {
  readonly name: string;
  readonly mood: Mood;
  readonly told: Told;
  /** It gives nobody an answer, so that the back end is not asked for a while. */
  readonly opensBreaker: boolean;
}

/** 111 where more are asked about than may be at a time, 503 where nobody is asked: the policy of `outage-policy.ts`. */
const unanswered: Told = { kind: "error", codes: [100, 111, 503] };

/** Every way not to answer. */
export const moodCases: readonly MoodCase[] = [
  { name: "late", mood: { lateMs: 2_000, json: { result: {} } }, told: unanswered, opensBreaker: true },
  { name: "never", mood: { never: true }, told: unanswered, opensBreaker: true },
  { name: "500", mood: { status: 500 }, told: unanswered, opensBreaker: true },
  { name: "hangs up", mood: { hangsUp: true }, told: unanswered, opensBreaker: true },
  { name: "204", mood: { status: 204 }, told: unanswered, opensBreaker: true },
  { name: "HTML", mood: { text: "<html>Welcome</html>" }, told: unanswered, opensBreaker: true },
  { name: "a gigabyte", mood: { gigabyte: true }, told: unanswered, opensBreaker: true },
  {
    name: "a number for a user",
    mood: { json: { result: { user: 56, info: 1, b64data: 7, b64info: 7 } } },
    told: unanswered,
    opensBreaker: true,
  },
  {
    name: "code 999",
    mood: { json: { disconnect: { code: 999, reason: "x" } } },
    told: { kind: "closed", code: 4_500 },
    opensBreaker: false,
  },
];
