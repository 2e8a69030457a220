import type { Language } from "../../state/preferences.ts";
import { nameInText } from "../../state/name-in-text.ts";
import type { Draft } from "./settings-draft.ts";

/** Why a draft was refused, at the field of it that it is about. */
export interface FieldProblem {
  readonly field: keyof Draft;
  readonly text: string;
}

/** Of what the api names, the field of the form. */
const fields: Readonly<Record<string, keyof Draft>> = {
  concurrency: "concurrency",
  weight: "weight",
  "rate.max": "rateMax",
  "rate.perMs": "ratePer",
  "onFailure.pauseAfter": "pauseAfter",
  maxSize: "maxSize",
};

type Say = Readonly<Record<Language, (bound: string) => string>>;

/** What the api says of numbers, which has it in English and with names of its own. */
const sayings: readonly (readonly [RegExp, Say])[] = [
  [/must be an integer or null$/, { en: () => "Must be a whole number, or empty.", zh: () => "必须是整数，或留空。" }],
  [/must be an integer$/, { en: () => "Must be a whole number.", zh: () => "必须是整数。" }],
  [/must be a number$/, { en: () => "Must be a number.", zh: () => "必须是数字。" }],
  [/must be (\S+) or more$/, { en: (bound) => `Must be ${bound} or more.`, zh: (bound) => `至少为 ${bound}。` }],
  [/must be (\S+) or less$/, { en: (bound) => `Must be ${bound} or less.`, zh: (bound) => `最多为 ${bound}。` }],
];

/** Undefined where it is about no field of the form. */
export function fieldProblem(
  { field: named = "", message }: { readonly field?: string | undefined; readonly message: string },
  language: Language,
): FieldProblem | undefined {
  const field = Object.hasOwn(fields, named) ? fields[named] : undefined;
  if (field === undefined) return undefined;
  for (const [pattern, say] of sayings) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const [, bound = ""] = found;
    return { field, text: say[language](field === "ratePer" ? `${bound} ms` : bound) };
  }
  return { field, text: nameInText(message) };
}
