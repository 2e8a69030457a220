/** Of one hop, of the body we write, or what tells a receiver that we have signed. Nobody else has a say in these. */
const ours = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "host",
  "content-type",
  "content-length",
  "content-encoding",
  "accept-encoding",
]);
const signatures = /^(?:webhook-|x-switchyard-)/;

/** A header that is longer is left out: a client could make a connection cost what it likes. */
const valueMaxLength = 8_192;

export type Headers = Readonly<Record<string, string>>;

/** The names of a list that may be handed on, in lower case. */
export function handedOnNames(names: readonly string[]): readonly string[] {
  return names.map((name) => name.toLowerCase()).filter((name) => !ours.has(name) && !signatures.test(name));
}

/** Those headers of a list that were sent; `source` has its names in lower case. Undefined: none of them. */
export function pickHeaders(source: Readonly<Record<string, unknown>>, names: readonly string[]): Headers | undefined {
  const found = names.flatMap((name) => {
    const value = Object.hasOwn(source, name) ? source[name] : undefined;
    return isHeaderValue(value) ? [[name, value] as const] : [];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** Headers of the settings. The same names are left out of them, but for those that only the settings can know. */
export function ownHeaders(headers: Headers): Headers {
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(named.filter(([name]) => !ours.has(name) && !signatures.test(name)));
}

function isHeaderValue(value: unknown): value is string {
  return typeof value === "string" && value.length <= valueMaxLength && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
