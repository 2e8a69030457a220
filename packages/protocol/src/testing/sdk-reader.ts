import type { SdkCodec, SdkReply } from "./sdk-codecs.ts";

/** A subscription with deltas: the data of its last publication. */
export interface DeltaState {
  previous: Uint8Array | undefined;
}

/**
 * What an application sees of what the SDK decoded: deltas applied by the SDK, the JSON that bytes hold (or their base64, when they hold
 * none), and no fields that are zero, since an encoding may write them or not.
 */
export function readAsApplication(replies: readonly SdkReply[], codec: SdkCodec, deltas?: DeltaState): unknown {
  const whole = deltas === undefined ? replies : replies.map((reply) => withoutDeltas(reply, codec, deltas));
  return withoutZeros(jsonOf(whole));
}

function withoutDeltas(value: unknown, codec: SdkCodec, deltas: DeltaState): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutDeltas(item, codec, deltas));
  if (!isObject(value)) return value;
  const members = mapMembers(value, (member) => withoutDeltas(member, codec, deltas));
  // Of the messages of a subscription, publications alone have data beside an offset.
  if (!("data" in members && "offset" in members)) return members;
  const { newData, newPrevValue } = codec.applyDeltaIfNeeded(members, deltas.previous);
  deltas.previous = newPrevValue;
  return { ...members, data: newData };
}

/** The same value with JSON in place of the bytes that hold it, and numbers in place of the SDK's 64 bits. */
export function jsonOf(value: unknown): unknown {
  if (value instanceof Uint8Array) return jsonOfBytes(Buffer.from(value));
  if (Array.isArray(value)) return value.map(jsonOf);
  if (isLong(value)) return value.toNumber();
  return isObject(value) ? mapMembers(value, jsonOf) : value;
}

function jsonOfBytes(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return bytes.toString("base64");
  }
}

export function withoutZeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutZeros);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(mapMembers(value, withoutZeros)).filter(([name, member]) => !isZero(name, member)),
  );
}

function isZero(name: string, value: unknown): boolean {
  // The SDK makes up maps that were not sent; other empty messages say something by being there.
  if (isObject(value) && ["tags", "subs"].includes(name)) return Object.keys(value).length === 0;
  return [0, "", false].includes(value as never) || (Array.isArray(value) && value.length === 0);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array) && !isLong(value);
}

/** How the SDK holds numbers of 64 bits. */
function isLong(value: unknown): value is { toNumber(): number } {
  return typeof value === "object" && value !== null && "toNumber" in value;
}

function mapMembers(value: object, change: (member: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, change(member)]));
}
