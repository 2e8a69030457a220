import { binaryMessage, echoed, filler, fragments, textMessage, type WebSocketCase } from "./websocket-case.ts";

const sizes = [0, 125, 126, 127, 128, 65_535, 65_536];

/** Section 1: messages of every header size, as text and as bytes. */
export const framingCases: readonly WebSocketCase[] = [
  ...sizes.map((bytes, index) => echoed(`1.1.${index + 1}`, `text of ${bytes} bytes`, textMessage(filler(bytes)))),
  echoed("1.1.8", "text of 65 536 bytes in pieces of 997", textMessage(filler(65_536)), 997),
  ...sizes.map((bytes, index) => echoed(`1.2.${index + 1}`, `${bytes} bytes`, binaryMessage(filler(bytes)))),
  echoed("1.2.8", "65 536 bytes in pieces of 997", binaryMessage(filler(65_536)), 997),
];

/** Section 10: what fits nowhere else. */
export const otherCases: readonly WebSocketCase[] = [
  {
    id: "10.1.1",
    says: "text of 65 536 bytes in frames of 1 300",
    sends: fragments(filler(65_536), { bytesEach: 1_300 }),
    hears: { echoes: [textMessage(filler(65_536))] },
  },
];
