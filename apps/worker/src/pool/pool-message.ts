import type { HandlerWork } from "./pool-sample.ts";

/**
 * What a pool and its processes say to each other, over the channel Node opens between a process and one it has forked. The pool asks
 * and orders, its process answers. The channel is closed by the kernel when one of them is gone, however it went, so neither
 * needs to ask whether the other lives.
 */
export type ToProcess =
  /** Answered at once by an `answer` with the same number. */
  | { readonly kind: "ask"; readonly id: number; readonly about: keyof Answers }
  /** Take nothing new, finish what runs within the time, hand back the rest, and end: another one less is needed. */
  | { readonly kind: "retire"; readonly timeoutMs: number }
  /** As SIGTERM would; it does nothing to a process that is on its way out. */
  | { readonly kind: "stop" };

export type FromProcess =
  /** It takes tasks. */
  | { readonly kind: "ready" }
  | { readonly [About in keyof Answers]: Answer<About> }[keyof Answers]
  /** The last word of one that ends: what it has counted and nobody has asked for yet. */
  | { readonly kind: "farewell"; readonly metrics: MetricsJson };

export interface Answer<About extends keyof Answers> {
  readonly kind: "answer";
  readonly id: number;
  readonly about: About;
  readonly says: Answers[About];
}

export interface Answers {
  readonly load: ProcessLoad;
  /** Null: it can take tasks; else why not. */
  readonly readiness: string | null;
  readonly metrics: MetricsJson;
}

/** Counters since the start of the process; who asks makes differences of them. */
export interface ProcessLoad {
  readonly running: number;
  /** Time slots were in use for, that of attempts that run included; by second and further attempts alone. */
  readonly busySeconds: number;
  readonly busyRetryingSeconds: number;
  readonly handlers: Readonly<Record<string, HandlerWork>>;
  /** Of a core. */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** As `Registry.getMetricsAsJSON` of prom-client gives it. */
export type MetricsJson = readonly {
  readonly name: string;
  readonly type: unknown;
  readonly values: readonly unknown[];
}[];
