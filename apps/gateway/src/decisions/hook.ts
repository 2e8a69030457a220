import type { Answer, DecisionSource, Failure, HookName } from "@switchyard/decisions/decision";
import { pickHeaders } from "@switchyard/decisions/handed-on-headers";
import type { Payload } from "@switchyard/protocol/payload";
import { parseDurationMs } from "@switchyard/runtime/duration";
import { hookTimeoutMaxMs, type ProxySettings } from "@switchyard/runtime/proxy-object";
import type { Logger } from "@switchyard/runtime/logger";
import type { HookMetrics } from "../metrics/hook-metrics.ts";
import { FailureLog } from "./failure-log.ts";
import type { Asked } from "./asked.ts";

/** Whom a question is about; a client, seen narrowly. */
export interface AskedClient {
  readonly id: string;
  readonly user: string;
  readonly credentials: { readonly meta: unknown };
  readonly origin: { readonly facts: { readonly transport: string; readonly protocol: string } };
  readonly asked: Pick<Asked, "next" | "emulatedHeaders" | "transportHeaders">;
  /** Aborts when it is over: whoever is still to answer need not. */
  readonly gone: AbortSignal;
}

/** The command that a question is asked for: it may have waited behind others of its client. */
export interface Turn {
  /** When it came, by `performance.now()`. */
  readonly cameAtMs: number;
  /** Beside the end of the connection, what ends the call. */
  readonly signal?: AbortSignal | undefined;
}

/** What a question says beside who the client is. */
export interface Question {
  /** In the envelope as they are; those that are undefined or empty are left out. */
  readonly fields?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** What the client has sent to the back end: JSON text, or bytes that are none. */
  readonly payload?: Payload | undefined;
  /** Undefined: it is asked as soon as there is anything to ask. */
  readonly turn?: Turn | undefined;
}

export interface HookOptions {
  readonly name: HookName;
  /** Of the settings: `default`, or one of `proxies`. */
  readonly proxyName: string;
  readonly proxy: Pick<
    ProxySettings,
    "endpoint" | "handler" | "include_connection_meta" | "binary_encoding" | "grace_limit" | "timeout"
  >;
  readonly transportHeaders: readonly string[];
  readonly emulatedHeaders: readonly string[];
  readonly source: DecisionSource;
  readonly metrics: HookMetrics;
  readonly logger: Pick<Logger, "warn">;
}

/** One kind of question and whom it is asked. */
export class Hook {
  readonly #options: HookOptions;
  readonly #failures: FailureLog;

  constructor(options: HookOptions) {
    this.#options = options;
    const { name: hook, proxyName: proxy, logger } = options;
    const labels = { hook, proxy, ...askedOf(options.proxy) };
    this.#failures = new FailureLog({ subject: "a hook", labels, logger });
  }

  /** How often in a row something goes on without an answer. */
  get graceLimit(): number {
    return this.#options.proxy.grace_limit;
  }

  /**
   * How long after it came a command is answered. Publications and subscriptions may wait for their turn, since their order is kept, for as long as
   * SDKs wait; an rpc waits for nothing but a place, and has the time that the settings give it.
   */
  get #patienceMs(): number {
    const { name, proxy } = this.#options;
    return name === "rpc" ? parseDurationMs(proxy.timeout) : hookTimeoutMaxMs;
  }

  /** Never rejects; every answer is counted, and failures are named in the log. */
  async ask(client: AskedClient, question: Question): Promise<Answer> {
    const { name, proxyName, source, metrics } = this.#options;
    const id = `${client.id}-${client.asked.next()}`;
    const startedAtMs = performance.now();
    const { turn } = question;
    const call = { hook: name, id, body: this.#envelope(client, question), headers: this.#headers(client) };
    const until = turn === undefined ? {} : { untilMs: turn.cameAtMs + this.#patienceMs };
    const signal = turn?.signal === undefined ? client.gone : AbortSignal.any([turn.signal, client.gone]);
    const answer = await source.ask({ ...call, ...until }, signal);
    const labels = { hook: name, proxy: proxyName };
    metrics.durations.observe(labels, (performance.now() - startedAtMs) / 1_000);
    metrics.answers.inc({ ...labels, answer: answer.kind });
    if (answer.kind === "failed") this.#fail(answer);
    else if ("saidCode" in answer) this.#failures.tellReplaced(answer.saidCode ?? 0, answer.code);
    return answer;
  }

  /** An answer had the form of one, and makes no sense where it is used; `detail` names the field, for the log. */
  reject(detail: string): void {
    this.#fail({ kind: "failed", reason: "invalid", detail });
  }

  #fail(failure: Failure): void {
    const { name: hook, proxyName: proxy, metrics } = this.#options;
    metrics.failures.inc({ hook, proxy, reason: failure.reason });
    this.#failures.tell(failure);
  }

  #envelope(client: AskedClient, { fields = {}, payload }: Question): string {
    const { name, proxy } = this.#options;
    const { transport, protocol } = client.origin.facts;
    const { meta } = client.credentials;
    const hasMeta = proxy.include_connection_meta && name !== "connect" && meta !== undefined;
    const json = JSON.stringify({
      client: client.id,
      transport,
      protocol,
      encoding: proxy.binary_encoding ? "binary" : "json",
      ...(name === "connect" ? {} : { user: client.user }),
      ...(hasMeta ? { meta } : {}),
      ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value.length > 0)),
    });
    if (payload === undefined) return json;
    return `${json.slice(0, -1)},${dataMember(payload, proxy.binary_encoding)}}`;
  }

  /** What came with the client's own request stands above what it wrote into its command. */
  #headers({ asked }: AskedClient): Readonly<Record<string, string>> {
    const { transportHeaders, emulatedHeaders } = this.#options;
    return {
      ...(asked.emulatedHeaders && pickHeaders(asked.emulatedHeaders, emulatedHeaders)),
      ...(asked.transportHeaders && pickHeaders(asked.transportHeaders, transportHeaders)),
    };
  }
}

/** Whom a question goes to, for the log: without user, password and query of a URL, which may be secret. */
function askedOf({ endpoint, handler }: Pick<ProxySettings, "endpoint" | "handler">): Readonly<Record<string, string>> {
  if (handler !== "") return { handler };
  if (!URL.canParse(endpoint)) return {};
  const { origin, pathname } = new URL(endpoint);
  return { endpoint: `${origin}${pathname}` };
}

/** Bytes that are no JSON can only go as base64, whatever the settings say. */
function dataMember(payload: Payload, isBinary: boolean): string {
  if (typeof payload === "string" && !isBinary) return `"data":${payload}`;
  return `"b64data":"${Buffer.from(payload).toString("base64")}"`;
}
