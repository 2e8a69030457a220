import type { WireFrame } from "../faults/frame-reader.ts";
import type { CloseCode, Message, WebSocketCase } from "./websocket-case.ts";

export interface Heard {
  readonly frames: readonly WireFrame[];
  readonly options: { readonly joinsText?: boolean };
  /** The connection has ended, so that the closing is judged as well. */
  readonly isOver?: boolean;
}

/** Holds what a server said against what a case expects, and against what every server must keep. */
export function judgeConversation({ hears }: WebSocketCase, { frames, options, isOver = false }: Heard): string[] {
  const { echoes = [], pongs = [], closes } = hears;
  const heardPongs = frames.filter(({ opcode }) => opcode === 10).map(({ payload }) => payload);
  const problems = [
    ...describeDifference("pongs", pongs, heardPongs),
    ...describeDifference("echoes", ...comparable(echoes, messagesOf(frames), options.joinsText === true)),
  ];
  return isOver ? [...problems, ...judgeClose(frames, closes ?? [1000]), ...frames.flatMap(judgeFrame)] : problems;
}

function judgeClose(frames: readonly WireFrame[], allowed: readonly CloseCode[]): string[] {
  const at = frames.findIndex(({ opcode }) => opcode === 8);
  const frame = frames[at];
  if (frame === undefined) return ["there is no close frame"];
  const behind = frames.length - at - 1;
  const code = frame.payload.length === 0 ? "none" : frame.payload.readUInt16BE(0);
  return [
    ...(allowed.includes(code) ? [] : [`it closes with ${code}, not with ${allowed.join(" or ")}`]),
    ...(behind === 0 ? [] : [`${behind} frames follow the close frame`]),
  ];
}

function judgeFrame({ opcode, isFinal, reserved, payload }: WireFrame): string[] {
  const isControl = opcode >= 8;
  return [
    ...(reserved === 0 ? [] : [`a frame has the reserved bits ${reserved}`]),
    ...([0, 1, 2, 8, 9, 10].includes(opcode) ? [] : [`a frame has the opcode ${opcode}`]),
    ...(isControl && (!isFinal || payload.length > 125) ? ["a control frame is too long or in pieces"] : []),
  ];
}

/** Whole messages; a continuation belongs to the message before it. */
function messagesOf(frames: readonly WireFrame[]): Message[] {
  const messages: { isBinary: boolean; parts: Buffer[] }[] = [];
  for (const { opcode, payload } of frames) {
    if (opcode === 1 || opcode === 2) messages.push({ isBinary: opcode === 2, parts: [payload] });
    else if (opcode === 0) messages.at(-1)?.parts.push(payload);
  }
  return messages.map(({ isBinary, parts }) => ({ isBinary, payload: Buffer.concat(parts) }));
}

function comparable(expected: readonly Message[], heard: readonly Message[], isJoined: boolean): [Buffer[], Buffer[]] {
  const tagged = (messages: readonly Message[]) =>
    messages.map(({ isBinary, payload }) => Buffer.concat([Buffer.from(isBinary ? "b" : "t"), payload]));
  if (!isJoined || expected.some(({ isBinary }) => isBinary)) return [tagged(expected), tagged(heard)];
  return [join(expected), join(heard)];
}

function join(messages: readonly Message[]): Buffer[] {
  if (messages.length === 0) return [];
  return [
    Buffer.concat(messages.flatMap(({ payload }, index) => (index === 0 ? [payload] : [Buffer.from("\n"), payload]))),
  ];
}

function describeDifference(what: string, expected: readonly Buffer[], heard: readonly Buffer[]): string[] {
  const isSame = expected.length === heard.length && expected.every((one, index) => heard[index]?.equals(one) === true);
  if (isSame) return [];
  const sizes = (buffers: readonly Buffer[]) =>
    buffers
      .map(({ length }) => length)
      .slice(0, 5)
      .join(", ");
  return [`${what}: ${heard.length} of [${sizes(heard)}] bytes, not ${expected.length} of [${sizes(expected)}]`];
}
