import { type Signal, signal } from "@preact/signals";

/** Why the hub did not do what it was asked, fit to be shown. */
export class HubFailure extends Error {
  override readonly name = "HubFailure";
  /** 0: there was no answer. */
  readonly status: number;
  /** Of the hub's table of errors, or `unreachable`. */
  readonly code: string;
  /** Of `state_moved`: what stands, by field. */
  readonly now: Fields | undefined;

  constructor(status: number, code: string, message: string, now?: Fields) {
    super(message);
    this.status = status;
    this.code = code;
    this.now = now;
  }
}

/** What something is, field by field, such as `paused` and `waiting` of a group. */
export type Fields = Readonly<Record<string, unknown>>;

/** What goes with an act. */
export interface Said {
  readonly body?: object | undefined;
  /** Why, for the audit. */
  readonly reason?: string | undefined;
  /** What was seen of it: where that has moved, nothing is done and the failure has `now`. */
  readonly expect?: Fields | undefined;
}

type Method = "POST" | "PUT" | "DELETE";

/** The api under `/ops/api`, by the cookie of the login. */
export interface HubCalls {
  /** @throws HubFailure */
  read<T>(path: string): Promise<T>;
  /** The same, and 304 where the answer is known: then undefined. `known` keeps what is. */
  readIfNew<T>(path: string, known: { etag: string }, signal?: AbortSignal): Promise<T | undefined>;
  /** @throws HubFailure */
  send<T>(method: Method, path: string, body?: object): Promise<T>;
  /** The same, with why and on which condition. @throws HubFailure */
  act<T>(method: Method, path: string, said: Said): Promise<T>;
  /** What has to be added to this browser's clock to have Redis'. */
  readonly clockLeadMs: Signal<number>;
  /** The login is over; nothing can be read until there is a new one. */
  readonly isLoggedOut: Signal<boolean>;
}

const base = "/ops/api/";

interface ExactJson {
  readonly parse: (
    text: string,
    revive: (key: string, value: unknown, context: { readonly source: string }) => unknown,
  ) => unknown;
  readonly rawJSON: (text: string) => unknown;
}

/** A number that JavaScript would spell otherwise is kept as it came, for whoever shows it by `JSON.stringify`. */
function parseExact(text: string): unknown {
  const { parse, rawJSON } = JSON as unknown as ExactJson;
  return parse(text, (_key, value, { source }) =>
    typeof value === "number" && String(value) !== source ? rawJSON(source) : value,
  );
}

export function openHub(): HubCalls {
  const clockLeadMs = signal(0);
  const isLoggedOut = signal(false);

  async function ask(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(base + path, { ...init, cache: "no-store", redirect: "error" });
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      throw new HubFailure(0, "unreachable", "");
    }
    const nowMs = Number(response.headers.get("x-sy-now"));
    if (nowMs > 0) clockLeadMs.value = nowMs - Date.now();
    if (response.ok || response.status === 304) {
      isLoggedOut.value = false;
      return response;
    }
    if (response.status === 401) isLoggedOut.value = true;
    throw await failureOf(response);
  }

  return {
    clockLeadMs,
    isLoggedOut,
    read: async <T>(path: string) => parseExact(await (await ask(path, {})).text()) as T,
    async readIfNew<T>(path: string, known: { etag: string }, aborted?: AbortSignal) {
      const response = await ask(path, { signal: aborted ?? null, headers: { "if-none-match": known.etag } });
      if (response.status === 304) return undefined;
      known.etag = response.headers.get("etag") ?? "";
      return parseExact(await response.text()) as T;
    },
    send: <T>(method: string, path: string, body?: object) => act<T>(method, path, { body }),
    act,
  };

  async function act<T>(method: string, path: string, { body, reason = "", expect }: Said): Promise<T> {
    const headers = {
      "x-sy-console": "1",
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(reason !== "" && { "x-sy-reason": encodeURIComponent(reason) }),
      ...(expect !== undefined && { "x-sy-expect": encodeURIComponent(JSON.stringify(expect)) }),
    };
    const response = await ask(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
    return (await response.json()) as T;
  }
}

async function failureOf(response: Response): Promise<HubFailure> {
  const { status } = response;
  try {
    const { error, now } = (await response.json()) as {
      readonly error: { readonly code: string; readonly message: string };
      readonly now?: Fields;
    };
    return new HubFailure(status, error.code, error.message, now);
  } catch {
    // A proxy in between has answered for the hub.
    return new HubFailure(status, status >= 500 ? "unavailable" : "internal", "");
  }
}
