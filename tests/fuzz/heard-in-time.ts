import type { Tally } from "./door.ts";

/** Longer than anything takes on a busy machine. */
const answerMs = 30_000;

/** What an attacker reads from. */
export interface Ear {
  /** Resolves to true when what was received matches, to false when the connection has ended without. */
  heard(matches: (received: string) => boolean): Promise<boolean>;
}

/** An answer by what stands in it, or by what finds it there. */
export type Answer = string | { readonly what: string; readonly isIn: (received: string) => boolean };

/** Whether an answer came before the connection ended; that neither happens is a fault. */
export async function heardInTime(ear: Ear, answer: Answer, tally: Tally): Promise<boolean> {
  const { what, isIn } = typeof answer === "string" ? { what: answer, isIn: includes(answer) } : answer;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => (timer = setTimeout(resolve, answerMs, "late")));
  const heard = await Promise.race([ear.heard(isIn), late]);
  clearTimeout(timer);
  if (heard !== "late") return heard;
  tally.fault(`neither an answer nor an end within ${answerMs} ms: ${what}`);
  return false;
}

function includes(text: string) {
  return (received: string) => received.includes(text);
}
