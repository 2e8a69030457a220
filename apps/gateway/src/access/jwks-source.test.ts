import { generateKeyPairSync } from "node:crypto";
import type { JSONWebKeySet } from "jose";
import { describe, expect, test } from "vitest";
import { createJwksSource, KeysUnavailableError } from "./jwks-source.ts";

const jwkOf = (kid: string) => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...publicKey.export({ format: "jwk" }), kid, alg: "ES256", use: "sig" };
};
const [first, second] = [jwkOf("first"), jwkOf("second")];
const header = (kid?: string) => ({ alg: "ES256", ...(kid === undefined ? {} : { kid }) });

/** An issuer whose list, clock and outages are ours. */
function issuer(keys: object[]) {
  const state = { keys, readings: 0, isAway: false, nowMs: 1_000_000 };
  const source = createJwksSource({
    endpoint: "https://issuer.example/jwks",
    logger: { warn: () => undefined },
    now: () => state.nowMs,
    load: () => {
      state.readings++;
      if (state.isAway) return Promise.reject(new Error("away"));
      return Promise.resolve({ keys: state.keys } as JSONWebKeySet);
    },
  });
  return { state, source };
}

describe("an issuer's keys", () => {
  test("are read once for many tokens", async () => {
    const { state, source } = issuer([first]);
    await Promise.all(Array.from({ length: 50 }, () => source.keysFor(header("first"))));
    expect(await source.keysFor(header("first"))).toHaveLength(1);
    expect(state.readings).toBe(1);
  });

  test("are read again for a key id nobody knows, but not for each of a thousand", async () => {
    const { state, source } = issuer([first]);
    await source.keysFor(header("first"));
    state.keys = [first, second];
    expect(await source.keysFor(header("second"))).toHaveLength(0);
    state.nowMs += 31_000;
    expect(await source.keysFor(header("second"))).toHaveLength(1);
    for (let made = 0; made < 1_000; made++) await source.keysFor(header(`made-up-${made}`));
    expect(state.readings).toBe(2);
  });

  test("are all tried for a token that names none", async () => {
    const { source } = issuer([first, second]);
    expect(await source.keysFor(header())).toHaveLength(2);
    expect(await source.keysFor({ alg: "RS256" })).toHaveLength(0);
  });

  test("serve through an outage, for a day", async () => {
    const { state, source } = issuer([first]);
    await source.keysFor(header("first"));
    state.isAway = true;
    state.nowMs += 23 * 3_600_000;
    expect(await source.keysFor(header("first"))).toHaveLength(1);
    state.nowMs += 2 * 3_600_000;
    await expect(source.keysFor(header("first"))).rejects.toThrow(KeysUnavailableError);
    state.isAway = false;
    state.nowMs += 10_000;
    expect(await source.keysFor(header("first"))).toHaveLength(1);
  });

  test("that were never had put tokens off, and the issuer is not asked for each", async () => {
    const { state, source } = issuer([first]);
    state.isAway = true;
    for (let token = 0; token < 10; token++) {
      await expect(source.keysFor(header("first"))).rejects.toThrow(KeysUnavailableError);
    }
    expect(state.readings).toBe(1);
  });

  test("a withdrawn key is refused once the list was renewed", async () => {
    const { state, source } = issuer([first, second]);
    await source.keysFor(header("first"));
    state.keys = [second];
    state.nowMs += 11 * 60_000;
    // The first use of an old list starts the renewal beside it.
    await source.keysFor(header("second"));
    await expect.poll(() => source.keysFor(header("first"))).toHaveLength(0);
  });
});
