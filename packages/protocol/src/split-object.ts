/**
 * The members of a JSON object as bytes: where each value begins and ends is found without parsing it, so what passes through is passed
 * on as it was written, numbers with all their digits. Undefined where the bytes are no object.
 *
 * Of a key that came twice the last value stands, as with `JSON.parse`. Values are not checked any further than their end takes: the
 * bytes are a hub's own, made from values that were checked on their way in.
 */
export function splitObject(json: Buffer): ReadonlyMap<string, Buffer> | undefined {
  const members = new Map<string, Buffer>();
  let at = skipSpace(json, 0);
  if (json[at] !== brace.open) return undefined;
  at = skipSpace(json, at + 1);
  if (json[at] === brace.close) return endsAt(json, at + 1) ? members : undefined;
  for (;;) {
    const keyEnd = json[at] === quote ? endOfText(json, at) : none;
    if (keyEnd === none) return undefined;
    const colonAt = skipSpace(json, keyEnd);
    if (json[colonAt] !== colon) return undefined;
    const valueAt = skipSpace(json, colonAt + 1);
    const valueEnd = endOfValue(json, valueAt);
    if (valueEnd === none) return undefined;
    members.set(keyOf(json, at, keyEnd), json.subarray(valueAt, valueEnd));
    at = skipSpace(json, valueEnd);
    if (json[at] === brace.close) return endsAt(json, at + 1) ? members : undefined;
    if (json[at] !== comma) return undefined;
    at = skipSpace(json, at + 1);
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const brace = { open: 0x7b, close: 0x7d };
const bracket = { open: 0x5b, close: 0x5d };
const none = -1;

/** Behind the value that begins at `at`; `none` when it has no end, or is nothing. */
function endOfValue(json: Buffer, at: number): number {
  const first = json[at];
  if (first === quote) return endOfText(json, at);
  if (first === brace.open || first === bracket.open) return endOfNested(json, at);
  let end = at;
  while (end < json.length && !endsScalar(json[end] as number)) end++;
  return end === at ? none : end;
}

function endOfNested(json: Buffer, at: number): number {
  let depth = 0;
  for (let i = at; i < json.length; i++) {
    const byte = json[i] as number;
    if (byte === quote) {
      i = endOfText(json, i) - 1;
      if (i < at) return none;
    } else if (byte === brace.open || byte === bracket.open) depth++;
    else if (byte === brace.close || byte === bracket.close) {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  return none;
}

/** Behind the closing quote: the first one in front of which an even number of backslashes stands. */
function endOfText(json: Buffer, at: number): number {
  for (let end = json.indexOf(quote, at + 1); end !== -1; end = json.indexOf(quote, end + 1)) {
    let before = end - 1;
    while (json[before] === backslash) before--;
    if ((end - before) % 2 === 1) return end + 1;
  }
  return none;
}

function endsScalar(byte: number): boolean {
  return byte === comma || byte === brace.close || byte === bracket.close || isSpace(byte);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function skipSpace(json: Buffer, at: number): number {
  let next = at;
  while (isSpace(json[next])) next++;
  return next;
}

function endsAt(json: Buffer, at: number): boolean {
  return skipSpace(json, at) === json.length;
}

/** A key with an escape is unescaped; ours have none. */
function keyOf(json: Buffer, at: number, end: number): string {
  const text = json.toString("utf8", at + 1, end - 1);
  return text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text;
}
