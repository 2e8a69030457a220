import { createHash } from "node:crypto";
import type { PusherApp } from "./apps.ts";
import { isSignatureOf } from "./signature.ts";

export interface RestRequest {
  readonly method: string;
  /** As it was asked for, `/apps/3/events`, without what a proxy has put in front. */
  readonly path: string;
  /** Decoded, in any order. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** As it came. */
  readonly body: Uint8Array;
}

/** Seconds by which the clock of a back end may be wrong. */
const clockSkewMax = 600;

/** What a back end signs: names in lower case and in order, values as they are and not as the address spells them. */
export function restText({ method, path, query }: Omit<RestRequest, "body">): string {
  const signed = new Map<string, string>();
  for (const [name, value] of query) {
    const key = name.toLowerCase().replace(/\[\d*\]$/, "");
    if (key === "auth_signature") continue;
    // PHP spells a list as one parameter for each value; what is signed is one with commas.
    const before = signed.get(key);
    signed.set(key, before === undefined ? value : `${before},${value}`);
  }
  const sorted = [...signed].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [method.toUpperCase(), path, sorted.map(([key, value]) => `${key}=${value}`).join("&")].join("\n");
}

/**
 * Why the request is not this app's: a sentence for the answer, which names what to look at and never what the signature should
 * have been. Undefined: it is. `auth_version` may be left out, as some clients do.
 */
export function restProblem(app: PusherApp, request: RestRequest, nowMs: number): string | undefined {
  const parameters = new Map(request.query);
  if (parameters.get("auth_key") !== app.key) return "auth_key: is not the key of this app";
  if ((parameters.get("auth_version") ?? "1.0") !== "1.0") return "auth_version: must be 1.0";
  const timestamp = parameters.get("auth_timestamp") ?? "";
  if (!/^\d{1,12}$/.test(timestamp)) return "auth_timestamp: must be the time in seconds";
  const skew = Math.abs(nowMs / 1_000 - Number(timestamp));
  if (skew > clockSkewMax)
    return `auth_timestamp: is ${Math.round(skew)} s from our clock, the bound is ${clockSkewMax}`;
  if (request.body.length > 0 && parameters.get("body_md5") !== md5(request.body)) {
    return "body_md5: is not that of the body as it arrived";
  }
  const text = restText(request);
  if (isSignatureOf(app.secret, text, parameters.get("auth_signature") ?? "")) return undefined;
  return `auth_signature: is not the HMAC-SHA256 of ${JSON.stringify(text)} with the secret of this app`;
}

/** As the protocol has it: it ties the body to what is signed, and is no secret. */
export function md5(body: string | Uint8Array): string {
  return createHash("md5").update(body).digest("hex");
}
