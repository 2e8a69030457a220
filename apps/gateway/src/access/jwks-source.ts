import { readFile } from "node:fs/promises";
import type { Logger } from "@switchyard/runtime/logger";
import { createLocalJWKSet, errors, type CryptoKey, type JSONWebKeySet } from "jose";
import type { TokenHeader } from "./token-shape.ts";

/** An issuer's published keys (RFC 7517), kept and renewed. */
export interface JwksSource {
  /** The keys a token with this header may be signed with; empty when none is. @throws KeysUnavailableError */
  keysFor(header: TokenHeader): Promise<readonly CryptoKey[]>;
}

/** Nobody knows whether a token is good: an outage of the issuer, not a fault of the client's. */
export class KeysUnavailableError extends Error {
  override readonly name = "KeysUnavailableError";
}

export interface JwksSourceOptions {
  /** An http(s) URL, or the path of a file. */
  readonly endpoint: string;
  readonly logger: Pick<Logger, "warn">;
  /** One reading; the default is for the endpoint. */
  readonly load?: () => Promise<JSONWebKeySet>;
  readonly now?: () => number;
}

/** A list this old is renewed beside the tokens it checks. */
const renewAfterMs = 10 * 60_000;
/** A key id nobody knows makes us ask again at most this often, or strangers could make us hammer the issuer. */
const cooldownMs = 30_000;
/** After a failed reading, sooner; but not at once for every token. */
const retryMs = 5_000;
/** A list this old is not believed any more: its keys may have been withdrawn long ago. */
const trustMs = 24 * 3_600_000;
const fetchTimeoutMs = 3_000;
const bytesMax = 1_048_576;

/**
 * Keys by id. The list is read for the first token, again when it is old, and again for a key id it does not hold. While the
 * issuer is away the last good list serves, for a day; then tokens are not refused but put off.
 */
export function createJwksSource(options: JwksSourceOptions): JwksSource {
  const { endpoint, logger, load = () => loadJwks(endpoint), now = Date.now } = options;
  let select: ReturnType<typeof createLocalJWKSet> | undefined;
  let readAtMs = 0;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  let reading: Promise<void> | undefined;

  /** One reading at a time, however many tokens wait for it; never rejects. */
  function read(): Promise<void> {
    reading ??= (async () => {
      triedAtMs = now();
      try {
        select = createLocalJWKSet(await load());
        readAtMs = now();
        failure = undefined;
      } catch (error) {
        failure = error;
        logger.warn({ err: error, endpoint }, "token keys not read");
      } finally {
        reading = undefined;
      }
    })();
    return reading;
  }

  async function selected(header: TokenHeader): Promise<readonly CryptoKey[]> {
    if (select === undefined || now() - readAtMs > trustMs) {
      throw new KeysUnavailableError(`no usable key list from ${endpoint}`, { cause: failure });
    }
    return selectKeys(select, header);
  }

  return {
    async keysFor(header) {
      const sinceTryMs = now() - triedAtMs;
      const isDue = sinceTryMs > (failure === undefined ? renewAfterMs : retryMs);
      if (reading !== undefined || isDue) {
        const renewed = read();
        if (select === undefined || now() - readAtMs > trustMs) await renewed;
      }
      const keys = await selected(header);
      if (keys.length > 0 || now() - triedAtMs < cooldownMs) return keys;
      await read();
      return selected(header);
    },
  };
}

/** By kind of key and, where the token names one, by key id; several when it does not. */
async function selectKeys(
  select: ReturnType<typeof createLocalJWKSet>,
  header: TokenHeader,
): Promise<readonly CryptoKey[]> {
  try {
    return [await select({ ...header }, { payload: "", signature: "" })];
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return [];
    if (error instanceof errors.JWKSMultipleMatchingKeys) return Array.fromAsync(error);
    throw error;
  }
}

async function loadJwks(endpoint: string): Promise<JSONWebKeySet> {
  if (!/^https?:\/\//.test(endpoint)) return JSON.parse(await readFile(endpoint, "utf8")) as JSONWebKeySet;
  const response = await fetch(endpoint, {
    headers: { accept: "application/jwk-set+json, application/json" },
    redirect: "error",
    signal: AbortSignal.timeout(fetchTimeoutMs),
  });
  if (response.status !== 200) throw new Error(`${endpoint} answers ${response.status}`);
  const text = await response.text();
  if (text.length > bytesMax) throw new Error(`${endpoint} answers with more than ${bytesMax} bytes`);
  return JSON.parse(text) as JSONWebKeySet;
}
