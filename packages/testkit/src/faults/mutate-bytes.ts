/** Takes bytes away, doubles some, flips one, cuts the rest off, or puts a piece somewhere else. */
export function mutateBytes(original: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(original);
  const at = Math.floor(random() * bytes.length);
  const to = at + 1 + Math.floor(random() * 8);
  switch (Math.floor(random() * 5)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 1:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 2:
      bytes[at] = Math.floor(random() * 256);
      return bytes;
    case 3:
      return bytes.subarray(0, at);
    default:
      return Buffer.concat([bytes.subarray(to), bytes.subarray(at, to), bytes.subarray(0, at)]);
  }
}

/** Bytes that may be anything; fewer than `maxBytes`. */
export function randomBytes(maxBytes: number, random: () => number): Buffer {
  return Buffer.from(Array.from({ length: Math.floor(random() * maxBytes) }, () => Math.floor(random() * 256)));
}

export function pick<T>(values: readonly T[], random: () => number): T {
  return values[Math.floor(random() * values.length)] as T;
}
