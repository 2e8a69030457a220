import { isUtf8 } from "node:buffer";
import { idOfField } from "../id-of-field.ts";
import { readObject } from "../read-object.ts";

/** What a client says of itself by its first message. */
export interface Introduction {
  /** Empty: it has none. */
  readonly token: string;
  /** Taken for true; empty: nobody in particular. */
  readonly believedUser?: string;
  /** Of an object, for the rules that make channels of them. */
  readonly fields: Fields;
}

/** Of an exact reading (`readJson`). */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a first message: a user's id, a token, or an object with `uid` or `token` and what else its page says of itself.
 *
 * @param trustsUid an id is enough. A token still counts for what it says, so that a page can be tried as it will be deployed.
 * @returns the introduction, or what is wrong with the message
 */
export function readIntroduction(frame: Buffer, trustsUid: boolean): Introduction | string {
  if (!isUtf8(frame)) return "the first message is not UTF-8";
  const said = frame.toString().replace(/^\uFEFF/, "");
  if (said.trim() === "") return "the first message is empty";
  if (said.trimStart().startsWith("{")) return introduce(Buffer.from(said), trustsUid);
  const text = said.trimStart().startsWith('"') ? textOfJson(said) : said.replace(/\r?\n$/, "");
  if (text === undefined) return "the first message begins as a JSON text and is none";
  if (!trustsUid || looksLikeToken(text)) return { token: tokenOf(text), fields: {} };
  if (isSentByMistake(text)) return nobody;
  return { token: "", believedUser: text, fields: {} };
}

function introduce(object: Buffer, trustsUid: boolean): Introduction | string {
  const { fields, problem } = readObject(object);
  if (fields === undefined) return `the first message ${problem}`;
  if (Object.keys(fields).length === 0) return nobody;
  const { token, uid } = fields;
  if (token !== undefined) {
    if (typeof token !== "string") return "`token` must be a text";
    // A page whose back end gave it none must not become whom it merely names.
    return token === "" ? "`token` must not be empty" : { token: tokenOf(token), fields };
  }
  if (!trustsUid) return { token: "", fields };
  if (uid === undefined) return { token: "", believedUser: "", fields };
  const believedUser = idOfField(uid) ?? "";
  if (believedUser === "") return "`uid` must be a text or a whole number";
  return isEverybody(believedUser) ? nobody : { token: "", believedUser, fields };
}

const nobody = "the first message names neither a user nor anything else";

/** `*` is everybody wherever messages are addressed. */
const isEverybody = (text: string) => text.trim() === "*";

/** What a script sends whose variable holds no id, as the browser writes it. */
function isSentByMistake(text: string): boolean {
  return text.trim() === "" || isEverybody(text) || /^\s*(?:\[|(?:null|undefined|true|false|NaN)\s*$)/.test(text);
}

/** `JSON.stringify("uid1")` is the id `uid1`. */
function textOfJson(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

const bearer = /^\s*Bearer\s+/i;

function tokenOf(text: string): string {
  return text.replace(bearer, "").trim();
}

/** Three parts of base64url, of which the first is an object. */
function looksLikeToken(text: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(tokenOf(text));
}
