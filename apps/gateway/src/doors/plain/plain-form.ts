import { splitPublicationBody } from "@switchyard/protocol/publication-body";
import { closingJson, type Encoder, type Notice } from "../../hub/notice.ts";

/** Stands for what clients of this wire are not told; a line sends nothing in its place. */
export const untold = Buffer.alloc(0);

/** Stands for a ping of the WebSocket itself, which every client answers without knowing. */
export const controlPing = Buffer.alloc(0);

/**
 * The whole wire: a message is the text that was pushed, and nothing around it says where it is from. So a client is told data
 * and nothing else, and one that has missed something can only be sent away, to come back.
 *
 * @param index the encoder's, its own in this process
 * @param tellsEnds whether a page that shows whatever comes should be told that its line ends
 */
export function plainEncoder(index: number, tellsEnds: boolean): Encoder {
  const encode = (notice: Notice) => (notice.kind === "closing" && !tellsEnds ? untold : textOf(notice));
  return { index, encode, ping: controlPing, hasPongs: true };
}

function textOf(notice: Notice): Buffer {
  if (notice.kind === "closing") return Buffer.from(closingJson(notice));
  if (notice.kind === "message") return plainText(Buffer.from(notice.dataJson));
  if (notice.kind !== "publication") return untold;
  const parts = splitPublicationBody(notice.publication.body);
  return parts === undefined ? untold : plainText(parts.text);
}

const quote = 0x22;

/** A JSON text is told as the text it stands for, as an operator typed it; everything else is JSON as its publisher wrote it. */
function plainText(json: Buffer): Buffer {
  return json[0] === quote ? Buffer.from(JSON.parse(json.toString()) as string) : json;
}
