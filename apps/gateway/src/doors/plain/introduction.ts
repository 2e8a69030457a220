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
  const text = frame.toString();
  if (text.trim() === "") return "the first message is empty";
  if (text.trimStart().startsWith("{")) return introduce(frame, trustsUid);
  return trustsUid && !looksLikeToken(text)
    ? { token: "", believedUser: text, fields: {} }
    : { token: text.trim(), fields: {} };
}

function introduce(frame: Buffer, trustsUid: boolean): Introduction | string {
  const { fields, problem } = readObject(frame);
  if (fields === undefined) return `the first message ${problem}`;
  const { token = "", uid } = fields;
  if (typeof token !== "string") return "`token` must be a text";
  if (token !== "" || !trustsUid) return { token, fields };
  if (uid === undefined) return { token, believedUser: "", fields };
  const believedUser = idOfField(uid) ?? "";
  return believedUser === "" ? "`uid` must be a text or a whole number" : { token, believedUser, fields };
}

/** Three parts of base64url, of which the first is an object. */
function looksLikeToken(text: string): boolean {
  return /^\s*eyJ[\w-]*\.[\w-]+\.[\w-]*\s*$/.test(text);
}
