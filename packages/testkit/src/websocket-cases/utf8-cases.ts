import { frame, fragments, textMessage, type WebSocketCase } from "./websocket-case.ts";
import { utf8Groups } from "./utf8-sequences.ts";

const word = Buffer.from("Hello-µ@ßöäüàá-UTF-8!!");
/** Good text, half a surrogate in the middle, good text. */
const broken = Buffer.concat([Buffer.from("κόσμε"), Buffer.from("eda080", "hex"), Buffer.from("edited")]);
const byteByByte = (payload: Buffer) => fragments(payload, { bytesEach: 1 });
const empty = frame("", { isFinal: false });
const echoes = (payload: Buffer) => ({ echoes: [textMessage(payload)] });

/**
 * A server may refuse text as soon as it is wrong or when the message is whole; here only the code counts. It must not be
 * misled by characters that lie across frames, or across segments.
 */
const notUtf8 = { closes: [1007] };

function wholeCases(): WebSocketCase[] {
  return [
    { id: "6.1.1", says: "text of no bytes", sends: [frame("")], hears: echoes(Buffer.alloc(0)) },
    {
      id: "6.1.2",
      says: "text of no bytes in three frames",
      sends: [empty, frame("", { opcode: 0, isFinal: false }), frame("", { opcode: 0 })],
      hears: echoes(Buffer.alloc(0)),
    },
    {
      id: "6.1.3",
      says: "text between two empty frames",
      sends: [empty, frame("middle", { opcode: 0, isFinal: false }), frame("", { opcode: 0 })],
      hears: echoes(Buffer.from("middle")),
    },
    { id: "6.2.1", says: "text in one frame", sends: [frame(word)], hears: echoes(word) },
    { id: "6.2.2", says: "text in two frames", sends: fragments(word, { bytesEach: 13 }), hears: echoes(word) },
    { id: "6.2.3", says: "text in frames of a byte", sends: byteByByte(word), hears: echoes(word) },
    {
      id: "6.2.4",
      says: "longer characters in frames of a byte",
      sends: byteByByte(Buffer.from("κ€😀")),
      hears: echoes(Buffer.from("κ€😀")),
    },
    { id: "6.3.1", says: "broken text in one frame", sends: [frame(broken)], hears: notUtf8 },
    { id: "6.3.2", says: "broken text in frames of a byte", sends: byteByByte(broken), hears: notUtf8 },
    {
      id: "6.4.1",
      says: "broken text in frames of five bytes",
      sends: fragments(broken, { bytesEach: 5 }),
      hears: notUtf8,
    },
    { id: "6.4.2", says: "broken within the first frame", sends: fragments(broken, { bytesEach: 12 }), hears: notUtf8 },
    { ...brokenInSegments("6.4.3"), chopBytes: 13 },
    { ...brokenInSegments("6.4.4"), chopBytes: 1 },
  ];
}

function brokenInSegments(id: string): WebSocketCase {
  return { id, says: "broken text in one frame and several segments", sends: [frame(broken)], hears: notUtf8 };
}

/** Section 6: text is UTF-8. */
export const utf8Cases: readonly WebSocketCase[] = [
  ...wholeCases(),
  ...utf8Groups.flatMap(({ says, isValid, sequences }, group) =>
    sequences.map((bytes, index) => ({
      id: `6.${group + 5}.${index + 1}`,
      says: `${says}: ${bytes.toString("hex")}`,
      sends: [frame(bytes)],
      hears: isValid ? echoes(bytes) : notUtf8,
    })),
  ),
];
