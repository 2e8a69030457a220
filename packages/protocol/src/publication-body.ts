import { jsonOfPayload, type Payload } from "./payload.ts";
import type { Publication } from "./publication.ts";
import { splitObject } from "./split-object.ts";

/** What is published. A value becomes a payload by `JSON.stringify`, and what came from outside by `readPayload`. */
export interface PublicationBody extends Pick<Publication, "info" | "tags"> {
  readonly payload: Payload;
}

/**
 * The body of a publication as its publisher encodes it, once for everybody: a JSON object that begins with `data` and never has
 * `offset`, which only Redis knows; a gateway splices it in behind the first byte (encoding/json-encoding.ts). The data is the
 * text as it was written, or bytes as their base64, marked by `b64` (docs/decisions/0008).
 */
export function encodePublicationBody({ payload, info, tags }: PublicationBody): string {
  const mark = typeof payload === "string" ? "" : ',"b64":true';
  if (info === undefined && tags === undefined) return `{"data":${jsonOfPayload(payload)}${mark}}`;
  const rest = JSON.stringify({ info, tags }).slice(1, -1);
  return `{"data":${jsonOfPayload(payload)}${mark}${rest === "" ? "" : ","}${rest}}`;
}

/** A publication's body taken apart; each part is the bytes its publisher wrote. */
export interface PublicationParts {
  /** JSON text, as subscribers of JSON see it. */
  readonly text: Buffer;
  /** What was published: the same bytes, except where that was not JSON. Then `text` is its base64, in quotes. */
  readonly bytes: Buffer;
  /** JSON of a `ClientInfo`. */
  readonly info: Buffer | undefined;
  /** JSON of an object of texts. */
  readonly tags: Buffer | undefined;
}

/**
 * Finds the parts of a body; undefined where it has no `data`, which no publisher of ours makes.
 *
 * A subscriber of plain JSON needs none of this. Those of Protobuf, of deltas and of filtered tags share one reading per publication.
 */
export function splitPublicationBody(body: Buffer): PublicationParts | undefined {
  const alone = dataAlone(body);
  if (alone !== undefined) return { text: alone, bytes: alone, info: undefined, tags: undefined };
  const members = splitObject(body);
  const text = members?.get("data");
  if (members === undefined || text === undefined) return undefined;
  const isBase64 = members.get("b64")?.equals(yes) === true;
  return {
    text,
    bytes: isBase64 ? Buffer.from(text.toString("latin1", 1, text.length - 1), "base64") : text,
    info: members.get("info"),
    tags: members.get("tags"),
  };
}

const yes = Buffer.from("true");

const opening = Buffer.from('{"data":');
const otherKeys = ['b64":', 'info":', 'tags":'].map((key) => Buffer.from(key));
const closingBrace = 0x7d;

/**
 * The data where nothing can stand beside it, as in most publications: walking through a body of 8 KiB takes 35 µs, and looking for
 * keys that are nowhere in it 5. Data that holds such a key itself is found by walking.
 */
function dataAlone(body: Buffer): Buffer | undefined {
  const isOurs = body.at(-1) === closingBrace && body.subarray(0, opening.length).equals(opening);
  if (!isOurs || body.length <= opening.length + 1 || otherKeys.some((key) => body.includes(key))) return undefined;
  return body.subarray(opening.length, -1);
}
