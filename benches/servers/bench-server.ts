import type { DialectName } from "../load/dialect.ts";
import type { EmitterKind } from "../publish/open-emitter.ts";

/** A server under test as the bench sees it: how to start it, how to talk to it, how to publish to its clients. */
export interface BenchServer {
  readonly name: EmitterKind;
  readonly title: string;
  readonly dialect: DialectName;
  start(options: StartOptions): Promise<RunningServer>;
}

export interface StartOptions {
  readonly redisUrl: string;
  /** The channels clients will ask for, for servers that cannot subscribe later. */
  readonly channels: readonly string[];
  readonly core: number;
  /** Options for the server's Node, such as `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
}

export interface RunningServer {
  readonly port: number;
  readonly pid: number;
  close(): Promise<void>;
}
