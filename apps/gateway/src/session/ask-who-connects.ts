import { pickHeaders } from "@switchyard/decisions/handed-on-headers";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { Payload } from "@switchyard/protocol/payload";
import type { GrantedSubscription } from "../access/token-claims.ts";
import { anonymous, type Credentials } from "../access/token-kind.ts";
import type { TokenVerifier } from "../access/token-verifier.ts";
import { payloadForBackEnd, payloadFromBackEnd } from "../decisions/client-data.ts";
import type { Hook } from "../decisions/hook.ts";
import { refusedBy } from "../decisions/outage-policy.ts";
import type { Client } from "./client.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { SessionServices } from "./services.ts";
import { tokenRefusal } from "./token-refusal.ts";

/** What a client says to its back end when it connects. */
export interface ConnectWords {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  /** A value whose numbers are exact, or bytes where it came as bytes. */
  readonly data?: unknown;
  /** In place of HTTP headers, which a page cannot set on a WebSocket. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Subscriptions of the server's that it would continue: a wish. */
  readonly channels?: readonly string[];
}

/** Who somebody is that has come without a token, or with one. */
export type Arrived = Credentials & {
  readonly subscriptions: ReadonlyMap<string, GrantedSubscription>;
  /** The back end's words to this client, for the answer to `connect`. */
  readonly data?: Payload | undefined;
};

type Services = Pick<SessionServices, "hooks" | "client"> & {
  readonly tokens: Pick<TokenVerifier, "vouch">;
};

export const nobody: Arrived = { ...anonymous, subscriptions: new Map() };

/** Asks the back end who a client is that has no token. What it answers is as good as a token, and is judged as one. */
export async function askWhoConnects(
  client: Client,
  { hook, words }: { readonly hook: Hook; readonly words: ConnectWords },
  services: Services,
): Promise<Arrived | Refusal> {
  const { hooks, client: settings, tokens } = services;
  const { name, version, data, headers = {}, channels } = words;
  const lowerCase = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value]));
  client.asked.emulatedHeaders = pickHeaders(lowerCase, hooks?.emulatedHeaders ?? []);
  const askedAtMs = Date.now();
  const answer = await hook.ask(client, { fields: { name, version, channels }, payload: payloadForBackEnd(data) });
  if (answer.kind === "nobody" && settings.allow_anonymous_connect_without_token) return nobody;
  if (answer.kind === "failed" && settings.proxy.connect.on_failure === "anonymous") return nobody;
  if (answer.kind !== "result") return refusedBy("connect", answer);
  const judged = tokens.vouch(answer.result, askedAtMs);
  if (judged.kind === "invalid") {
    hook.reject(`result: ${judged.reason}`);
    return settings.proxy.connect.on_failure === "anonymous" ? nobody : refuse("internal");
  }
  const expired: Refusal = { kind: "disconnect", disconnect: disconnectCodes.connectionExpired };
  if (judged.kind !== "valid") return tokenRefusal(judged, expired);
  const { claims } = judged;
  if ((claims.expiresAtMs ?? Infinity) <= askedAtMs) {
    hook.reject("result.expire_at: has passed already; it is a time in Unix seconds");
    return expired;
  }
  // It has no token that it could refresh by, so it is told of no end.
  const refreshedBy = hooks?.refresh === undefined ? "nobody" : "server";
  return { ...claims, refreshedBy, data: payloadFromBackEnd(answer.result) };
}
