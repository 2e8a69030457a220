import { frame, ping, refused, textMessage, type WebSocketCase } from "./websocket-case.ts";

const hello = textMessage("hello");
const before = frame("hello");
const bad = (reserved: number, opcode = 1) => frame("bad", { reserved, opcode });

/** Section 3: bits that have a meaning only by an extension, and none was agreed on. */
export const reservedBitCases: readonly WebSocketCase[] = [
  refused("3.1", "bit 3 on a message", { sends: [bad(1)] }),
  refused("3.2", "bit 2 on a second message", { sends: [before, bad(2), ping()], hears: { echoes: [hello] } }),
  refused("3.3", "bits 2 and 3, in one segment with a good one", {
    sends: [Buffer.concat([before, bad(3), ping()])],
    hears: { echoes: [hello] },
  }),
  {
    ...refused("3.4", "bit 1, byte by byte", { sends: [before, bad(4), ping()], hears: { echoes: [hello] } }),
    chopBytes: 1,
  },
  refused("3.5", "bits 1 and 3 on bytes", { sends: [bad(5, 2)] }),
  refused("3.6", "bits 1 and 2 on a ping", { sends: [bad(6, 9)] }),
  refused("3.7", "all bits on a close frame", { sends: [frame("", { reserved: 7, opcode: 8 })] }),
];

/** Section 4: opcodes that nobody has given a meaning, those of messages and those of control frames. */
export const opcodeCases: readonly WebSocketCase[] = [
  ...opcodeGroup("4.1", [3, 4, 5, 6, 7]),
  ...opcodeGroup("4.2", [11, 12, 13, 14, 15]),
];

function opcodeGroup(group: string, opcodes: readonly number[]): WebSocketCase[] {
  return opcodes.map((opcode, index) => {
    const id = `${group}.${index + 1}`;
    const payload = index % 2 === 0 ? "" : "payload";
    const reserved = frame(payload, { opcode });
    if (index < 2) return refused(id, `opcode ${opcode}, first thing`, { sends: [reserved] });
    const sends = [before, reserved, ping()];
    const says = `opcode ${opcode} behind a message`;
    return { ...refused(id, says, { sends, hears: { echoes: [hello] } }), ...(index === 4 ? { chopBytes: 1 } : {}) };
  });
}
