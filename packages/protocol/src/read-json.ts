import { mayChangeNumbers, parseExactJson } from "./exact-json.ts";
import { isNestedDeeperThan, nestingMax } from "./json-depth.ts";

/** JSON from outside, read twice over: as what is checked and acted upon, and as what is stored and handed on. */
export type ReadJson =
  | {
      readonly value: unknown;
      /**
       * The same, with every number as it was spelled; `JSON.stringify` writes it so ({@link parseExactJson}). It is `value`
       * itself where no number is spelled otherwise.
       */
      readonly exact: unknown;
    }
  /** It parsed, but nothing of it may be stored: what reads it later could not. The text is for whoever sent it. */
  | { readonly value: unknown; readonly problem: string };

/**
 * The one way in for JSON whose content is stored or handed on. Numbers keep their digits. Refused, because no reader down
 * the line could take it (PHP's `json_decode` makes null of the whole): nesting beyond what decoders do, and half surrogates,
 * which are not Unicode. Of a key that stands twice the last one counts, here and in what is stored. A NUL is Unicode and
 * stays.
 *
 * @param wrappings levels around the content that the door itself asks for
 * @throws SyntaxError when it is not JSON
 */
export function readJson(text: string, wrappings = 0): ReadJson {
  const value: unknown = JSON.parse(text);
  const problem = jsonProblem(text, wrappings);
  if (problem !== undefined) return { value, problem };
  return new ReadText(value, text);
}

/** A class, because a literal with a getter takes longer to make than what it stands for takes to parse. */
class ReadText {
  readonly value: unknown;
  readonly #text: string;

  constructor(value: unknown, text: string) {
    this.value = value;
    this.#text = text;
  }

  /** When it is asked for: most of what clients send holds nothing that is handed on, and an epoch looks like a number that may change. */
  get exact(): unknown {
    return mayChangeNumbers(this.#text) ? parseExactJson(this.#text) : this.value;
  }
}

/** Why nothing of a text that is JSON may be stored, whoever wrote it; to be said of it: "it is nested …". */
export function jsonProblem(text: string, wrappings = 0): string | undefined {
  if (isNestedDeeperThan(nestingMax + wrappings, text)) return `is nested deeper than ${nestingMax} levels; flatten it`;
  return hasHalfSurrogate(text)
    ? "holds half a surrogate pair, which is not Unicode; cut texts between characters"
    : undefined;
}

/** In JSON text a half can stand as itself or as an escape; `\\ud800` is a backslash and letters. */
function hasHalfSurrogate(text: string): boolean {
  if (!text.isWellFormed()) return true;
  if (!/\\u[dD][89a-fA-F]/.test(text)) return false;
  const escapes = text.matchAll(/\\(?:u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|(u[dD][89a-fA-F])|[^])/g);
  return escapes.some(([, half]) => half !== undefined);
}
