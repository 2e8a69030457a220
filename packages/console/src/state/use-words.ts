import { useDesk } from "./desk.ts";
import type { Language } from "./preferences.ts";

/**
 * Every word of a part of the console, in both languages: a word that is missing in one does not compile. What depends on a number is a
 * function of it.
 */
export type Words<T> = Readonly<Record<Language, T>>;

/** The words in the language that is chosen now; whoever calls this is shown anew when it changes. */
export function useWords<T>(words: Words<T>): T {
  return words[useDesk().preferences.language.value];
}
