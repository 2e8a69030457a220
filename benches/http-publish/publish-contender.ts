import type { DialectName } from "../load/dialect.ts";

/** A hub that takes publications over HTTP, or what stands for one. */
export interface PublishContender {
  readonly name: string;
  readonly title: string;
  /** How its subscribers speak. */
  readonly dialect: DialectName;
  readonly keepsHistory: boolean;
  /** Why it cannot be measured on this machine, and how to mend that. */
  readonly missing?: () => Promise<string | undefined>;
  start(options: StartPublishOptions): Promise<RunningPublishServer>;
  /** What publishes each of `data`, which is JSON, to a channel; several in one request. Who knows no `parallel` keeps their order. */
  request(channel: string, data: readonly string[], options: { readonly parallel: boolean }): PublishRequest;
}

export interface StartPublishOptions {
  readonly redisUrl: string;
  readonly core: number;
  /** Of each server's Node, such as `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
}

export interface RunningPublishServer {
  /** Where subscribers connect. */
  readonly port: number;
  /** Where publications go; several are several processes that share the work. */
  readonly publishPorts: readonly number[];
  readonly pids: {
    readonly publishing: readonly number[];
    /** Undefined where one process does both. */
    readonly delivering?: number;
  };
  close(): Promise<void>;
}

export interface PublishRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Without history; subscribers may choose both. */
export const liveChannel = "bench";
/** A hundred publications are kept for a minute. */
export const keptChannel = "kept:bench";
