import { type Signal, signal } from "@preact/signals";

/** Why the hub did not do what it was asked, fit to be shown. */
export class HubFailure extends Error {
  override readonly name = "HubFailure";
  /** 0: there was no answer. */
  readonly status: number;
  /**
   * Of the hub's table of errors; `redis_refuses` for that of `unavailable` where Redis answers; `unreachable`, or of an act `unanswered`:
   * it may have been done, or be done later.
   */
  readonly code: string;
  /** Of `state_moved`: what stands, by field. */
  readonly now: Fields | undefined;
  /** Of `forbidden`: the least role that may do it. */
  readonly needs: string | undefined;
  /** Of what was sent, such as `rate.max`. */
  readonly field: string | undefined;

  constructor(status: number, code: string, message: string, { now, needs, field }: Told = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.now = now;
    this.needs = needs;
    this.field = field;
  }
}

/** What the api tells of some failures besides. */
interface Told {
  readonly now?: Fields;
  readonly needs?: string;
  readonly field?: string | undefined;
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
  /** It changes many things, which takes the api its time. */
  readonly isLong?: boolean;
}

type Method = "POST" | "PUT" | "DELETE";

/** The api under `/ops/api`, by the cookie of the login. */
export interface HubCalls {
  /** `question`: what is asked, where it is too much for an address. @throws HubFailure */
  read<T>(path: string, question?: object): Promise<T>;
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

/**
 * How long the api may take to answer: one that hangs accepts connections and says nothing. What it reads it has from Redis at once, or
 * says within two seconds that it has not; to cancel 40 000 tasks takes half a minute.
 */
const answerMs = { read: 5_000, act: 10_000, longAct: 120_000 } as const;

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

  async function ask(path: string, kind: keyof typeof answerMs, init: RequestInit = {}): Promise<Answered> {
    let answered: Answered;
    try {
      answered = await fetchWithin(answerMs[kind], base + path, init);
    } catch (error) {
      if (init.signal?.aborted === true) throw error;
      // An act may have come through before the line was lost.
      throw new HubFailure(0, kind === "read" ? "unreachable" : "unanswered", "");
    }
    const { status, ok, headers } = answered.response;
    const nowMs = Number(headers.get("x-sy-now"));
    if (nowMs > 0) clockLeadMs.value = nowMs - Date.now();
    if (ok || status === 304) {
      isLoggedOut.value = false;
      return answered;
    }
    if (status === 401) isLoggedOut.value = true;
    throw failureOf(status, answered.text);
  }

  return {
    clockLeadMs,
    isLoggedOut,
    read: async <T>(path: string, question?: object) =>
      parseExact((await ask(path, "read", question && posted("POST", { body: question }))).text) as T,
    async readIfNew<T>(path: string, known: { etag: string }, aborted?: AbortSignal) {
      const init = { signal: aborted ?? null, headers: { "if-none-match": known.etag } };
      const { response, text } = await ask(path, "read", init);
      if (response.status === 304) return undefined;
      known.etag = response.headers.get("etag") ?? "";
      return parseExact(text) as T;
    },
    send: <T>(method: string, path: string, body?: object) => act<T>(method, path, { body }),
    act,
  };

  async function act<T>(method: string, path: string, said: Said): Promise<T> {
    return JSON.parse((await ask(path, said.isLong === true ? "longAct" : "act", posted(method, said))).text) as T;
  }
}

function posted(method: string, { body, reason = "", expect }: Said): RequestInit {
  const headers = {
    "x-sy-console": "1",
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(reason !== "" && { "x-sy-reason": encodeURIComponent(reason) }),
    ...(expect !== undefined && { "x-sy-expect": encodeURIComponent(JSON.stringify(expect)) }),
  };
  return { method, headers, body: body === undefined ? null : JSON.stringify(body) };
}

interface Answered {
  readonly response: Response;
  readonly text: string;
}

/** The whole of an answer: a body that does not end is none. */
async function fetchWithin(limitMs: number, url: string, init: RequestInit): Promise<Answered> {
  const given = AbortSignal.timeout(limitMs);
  const signal = init.signal ? AbortSignal.any([init.signal, given]) : given;
  const response = await fetch(url, { ...init, signal, cache: "no-store", redirect: "error" });
  return { response, text: await response.text() };
}

function failureOf(status: number, text: string): HubFailure {
  try {
    const { error, ...told } = JSON.parse(text) as Told & {
      readonly error: {
        readonly code: string;
        readonly message: string;
        readonly field?: string;
        readonly redis?: "refuses";
      };
    };
    const code = error.redis === undefined ? error.code : "redis_refuses";
    return new HubFailure(status, code, error.message, { ...told, field: error.field });
  } catch {
    // A proxy in between has answered for the hub.
    return new HubFailure(status, status >= 500 ? "unavailable" : "internal", "");
  }
}
