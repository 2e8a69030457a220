import { createPublicKey, createSecretKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { CryptoKey } from "jose";
import { createJwksSource } from "./jwks-source.ts";
import type { TokenHeader } from "./token-shape.ts";

/**
 * Which keys may have signed a token. Each algorithm has its own kind of key and no other, so a public key is never taken for
 * a shared secret, whatever a header says (RFC 8725 section 3.1); an algorithm that is not listed has none.
 */
export interface TokenKeys {
  /** To be tried in this order. @throws KeysUnavailableError */
  keysFor(header: TokenHeader): Promise<readonly TokenKey[]>;
}

export type TokenKey = KeyObject | CryptoKey;

const hashOf: Readonly<Record<string, string>> = { HS256: "SHA-256", HS384: "SHA-384", HS512: "SHA-512" };
const rsa = ["RS256", "RS384", "RS512"];
/** Each has its curve (RFC 7518 section 3.4). */
const curveOf: Readonly<Record<string, string>> = { ES256: "prime256v1", ES384: "secp384r1", ES512: "secp521r1" };
const rsaBitsMin = 2_048;

/**
 * @param name of the section, for messages
 * @throws StartupError when a key cannot be read or is too weak
 */
export function createTokenKeys(
  section: Settings["client"]["token"],
  name: string,
  logger: Pick<Logger, "warn">,
): TokenKeys {
  const current = secretKeys(section.hmac_secret_key);
  const previous = secretKeys(section.hmac_previous_secret_key);
  const previousUntilMs = section.hmac_previous_secret_key_valid_until * 1_000 || Number.POSITIVE_INFINITY;
  const rsaKey = publicKey(section.rsa_public_key, "rsa", `${name}.rsa_public_key`);
  const ecKey = publicKey(section.ecdsa_public_key, "ec", `${name}.ecdsa_public_key`);
  const endpoint = section.jwks_public_endpoint;
  const jwks = endpoint === "" ? undefined : createJwksSource({ endpoint, logger });

  return {
    async keysFor(header) {
      const { alg } = header;
      if (Object.hasOwn(hashOf, alg)) {
        const keys = Date.now() < previousUntilMs ? [...current, ...previous] : current;
        return keys.flatMap((key) => key[alg] ?? []);
      }
      if (!rsa.includes(alg) && !Object.hasOwn(curveOf, alg)) return [];
      const own = rsa.includes(alg) ? rsaKey : ecKey.filter((key) => curveIs(key, curveOf[alg]));
      return jwks === undefined ? own : [...own, ...(await jwks.keysFor(header))];
    },
  };
}

/** By algorithm, as `jose` uses it: anything else it would import again for each token, which takes longer than to verify one. */
function secretKeys(secret: string): readonly Readonly<Record<string, CryptoKey>>[] {
  if (secret === "") return [];
  const key = createSecretKey(secret, "utf8");
  const ofHash = (hash: string) => key.toCryptoKey({ name: "HMAC", hash }, false, ["verify"]);
  return [Object.fromEntries(Object.entries(hashOf).map(([alg, hash]) => [alg, ofHash(hash)]))];
}

function publicKey(setting: string, kind: "rsa" | "ec", name: string): readonly KeyObject[] {
  if (setting === "") return [];
  const key = readPublicKey(setting, name);
  if (key.asymmetricKeyType !== kind) {
    throw new StartupError("config", `${name}: is a key of kind ${key.asymmetricKeyType}; ${kind} is needed`);
  }
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  if (kind === "rsa" && modulusLength < rsaBitsMin) {
    throw new StartupError("config", `${name}: has ${modulusLength} bits; ${rsaBitsMin} or more are needed`);
  }
  if (kind === "ec" && !Object.values(curveOf).includes(namedCurve)) {
    throw new StartupError("config", `${name}: is on the curve ${namedCurve}; P-256, P-384 or P-521 is needed`);
  }
  return [key];
}

function readPublicKey(setting: string, name: string): KeyObject {
  try {
    const pem = setting.includes("-----BEGIN") ? setting : readFileSync(setting, "utf8");
    // A private key would do, for it holds the public one; but then it lies where it must not.
    if (!/-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem)) throw new Error("it is not a PEM public key");
    return createPublicKey(pem);
  } catch (error) {
    throw new StartupError("config", `${name}: cannot be used as a public key: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function curveIs(key: KeyObject, curve: string | undefined): boolean {
  return key.asymmetricKeyDetails?.namedCurve === curve;
}
