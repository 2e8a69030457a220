/**
 * The data of one message: 100 bytes as JSON unless asked for more, whichever server carries it. `t` is the time it was meant to be sent, in
 * microseconds of the machine's clock, as 14 digits so that a client finds it without parsing JSON.
 */
export interface Payload {
  readonly t: string;
  readonly p: string;
}

const usualBytes = 100;
const emptyBytes = `{"t":"${"0".repeat(14)}","p":""}`.length;
const usualPadding = paddingFor(usualBytes);

export function createPayload(timeUs: number, bytes = usualBytes): Payload {
  return { t: String(timeUs).padStart(14, "0"), p: bytes === usualBytes ? usualPadding : paddingFor(bytes) };
}

function paddingFor(bytes: number): string {
  return "x".repeat(bytes - emptyBytes);
}

const marker = Buffer.from('"t":"');
/** The same in a text with JSON in it, as the Pusher protocol has data. */
const quotedMarker = Buffer.from('\\"t\\":\\"');

/** The time a message carries, found in the bytes between `from` and `end`; 0 when it is not there in one piece. */
export function findSendTimeUs(bytes: Buffer, from: number, end: number): number {
  // Socket.IO escapes nothing inside its JSON text and neither do we, so the marker is the same nearly everywhere.
  const message = bytes.subarray(from, end);
  const at = from + (behind(marker, message) ?? behind(quotedMarker, message) ?? end);
  if (at + 14 > end) return 0;
  let timeUs = 0;
  for (let digit = at; digit < at + 14; digit += 1) timeUs = timeUs * 10 + ((bytes[digit] as number) - 48);
  return timeUs;
}

function behind(mark: Buffer, message: Buffer): number | undefined {
  const at = message.indexOf(mark);
  return at === -1 ? undefined : at + mark.length;
}
