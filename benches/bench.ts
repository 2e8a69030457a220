import type { BenchServer } from "./servers/bench-server.ts";

/** One question about performance, and how to answer it: `npm run bench -- <name>`. */
export interface Bench {
  readonly name: string;
  readonly question: string;
  /** What a full run takes. */
  readonly minutes: number;
  /** What `--contenders` may name; a bench of {@link BenchOptions.servers} has none. */
  readonly contenders?: readonly string[];
  run(context: BenchContext): Promise<BenchResult>;
}

export interface BenchContext {
  /** Empty at the start of a bench, memory only, on the load core. */
  readonly redis: { readonly url: string; readonly pid: number };
  /** Every path once; the figures are worth nothing. */
  readonly quick: boolean;
  readonly options: BenchOptions;
  /** One line per step, while the figures are not there yet. */
  readonly say: (line: string) => void;
}

/** What the command line may change; a bench ignores what its question does not have. */
export interface BenchOptions {
  readonly rounds?: number;
  readonly clients?: number;
  readonly servers: readonly BenchServer[];
  /** Undefined: all it measures by itself. */
  readonly contenders?: readonly string[];
  /** Measurements whose title has this text; undefined: all. */
  readonly only?: string;
  /** `fan-out`: offered each second where ages are measured; undefined: those of its plan. */
  readonly deliveries?: number;
  /** `tasks`: what the least conceivable queue with records costs, too. */
  readonly floor: boolean;
  /** For the Node of every server under test, such as `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
}

export interface BenchResult {
  /** For people, and for RESULTS.md as it is. */
  readonly markdown: string;
  /** Every figure of every round, for programs. */
  readonly figures: object;
}
