import { signMessage } from "@switchyard/outbound/sign-message";
import type { ProxySettings } from "@switchyard/runtime/proxy-object";
import { Pool } from "undici";
import { clientDisconnect, clientError } from "./client-codes.ts";
import type { Answer, DecisionCall } from "./decision.ts";
import { ownHeaders } from "./handed-on-headers.ts";
import { readAnswer } from "./read-answer.ts";
import { readBody } from "./read-body.ts";
import { tlsOptions } from "./tls-options.ts";

const unreadMaxBytes = 16_384;

export interface Outcome {
  readonly answer: Answer;
  /** It gave whoever asked nothing, which its breaker counts, see `breaker.ts`. */
  readonly isFailure: boolean;
}

export interface PosterOptions {
  readonly proxy: ProxySettings;
  readonly secrets: readonly string[];
  readonly timeoutMs: number;
  /** As many as questions may be under way. */
  readonly connections: number;
}

/** Sends questions, each as one POST; connections are kept. */
export interface Poster {
  /** @throws when the signal aborts, or the error of the connection */
  post(call: DecisionCall, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}

export function createPoster({ proxy, secrets, timeoutMs, connections }: PosterOptions): Poster {
  const url = new URL(proxy.endpoint);
  const pool = new Pool(url.origin, {
    connections,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs, ...tlsOptions(proxy.http.tls) },
  });
  const path = `${url.pathname}${url.search}`;
  const fixedHeaders = { ...authorizationOf(url), ...ownHeaders(proxy.http.static_headers) };
  return {
    async post({ hook, id, body, headers }, signal) {
      const signed = secrets.length === 0 ? {} : signMessage({ id, body, secrets, nowMs: Date.now() });
      const { statusCode, body: stream } = await pool.request({
        method: "POST",
        path,
        // What the settings say stands above what a client says, and what we say above both.
        headers: { ...headers, ...fixedHeaders, "content-type": "application/json", ...signed },
        body,
        signal,
      });
      if (statusCode === 200) {
        const text = await readBody(stream);
        const answer = typeof text === "string" ? readAnswer(hook, text) : text;
        return { answer, isFailure: answer.kind === "failed" };
      }
      // Whatever it says, nobody reads it. A short one is let pass, so that the connection stays; one that goes on is cut off with it.
      void stream.dump({ limit: unreadMaxBytes }).catch(() => undefined);
      const answer = answerToStatus(statusCode, { hook, proxy });
      return { answer, isFailure: isFailedStatus(statusCode, answer) };
    },
    close: () => pool.destroy(),
  };
}

/**
 * What the settings make of a status. Not of one of 500 and more where the question is whether something goes on: that would turn an
 * outage of the back end into the end of every connection.
 */
function answerToStatus(
  status: number,
  { hook, proxy }: Pick<DecisionCall, "hook"> & Pick<PosterOptions, "proxy">,
): Answer {
  if (status === 204) return { kind: "failed", reason: "empty", detail: "204" };
  const isOutage = status >= 500 && (hook === "refresh" || hook === "sub_refresh");
  const transforms = isOutage ? [] : proxy.http.status_to_code_transforms;
  const { to_error: error, to_disconnect: disconnect } =
    transforms.find(({ status_code }) => status_code === status) ?? {};
  if (disconnect !== undefined) return clientDisconnect(disconnect.code, disconnect.reason);
  if (error !== undefined) return clientError(error.code, error.message, error.temporary === true);
  return { kind: "failed", reason: "status", detail: String(status) };
}

/** What clients are told of an outage makes it no smaller; and a 4xx says something of the question, not of the back end. */
function isFailedStatus(status: number, answer: Answer): boolean {
  if (status >= 500) return true;
  return answer.kind === "failed" && status < 400;
}

/** A user and a password in the URL, which most clients send. */
function authorizationOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === "" && password === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}
