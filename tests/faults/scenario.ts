import type { Carrier } from "@switchyard/testkit/lean-line";
import type { Verdict } from "@switchyard/testkit/verdict";

/** One fault of the catalogue: what is done to the hub, and what it must come to. */
export interface Scenario {
  /** Its number in the catalogue, docs/reliability.md. */
  readonly id: string;
  /** The guarantee, as a sentence. */
  readonly promise: string;
  readonly run: (scale: Scale) => Promise<Outcome>;
  /** Too long for the short selection, whatever its scale. */
  readonly isLongOnly?: true;
}

export interface Scale {
  /** Repeats the same choices. */
  readonly seed: number;
  /** More clients and longer outages, for the long run. */
  readonly isLong: boolean;
  /** Of lean clients and of the SDK; default: WebSockets. */
  readonly carrier?: Carrier;
}

export interface Outcome {
  /** What was measured, for the report. */
  readonly figures: Readonly<Record<string, number | string>>;
  /** Every promise that was not kept, in words; empty when all were. */
  readonly broken: readonly string[];
}

/** What every scenario promises, whatever else it does. */
export function brokenPromises(verdict: Verdict, accidents: readonly string[]): string[] {
  const counts = Object.entries(verdict.promises).filter(([, count]) => count > 0);
  const broken = counts.map(([name, count]) => `${name}: ${count}`);
  if (verdict.facts.awayAtEnd > 0) broken.push(`${verdict.facts.awayAtEnd} subscriptions were not back at the end`);
  return [...broken, ...(broken.length > 0 ? verdict.examples : []), ...accidents];
}

/** Fails a promise by name when it does not hold. */
export function unless(isKept: boolean, words: string): string[] {
  return isKept ? [] : [words];
}

/** A p99 that may move by a tenth, and by what this machine's scheduler does to it anyway. */
export function isUndisturbed(beforeMs: number, afterMs: number, noiseMs = 50): boolean {
  return afterMs <= beforeMs * 1.1 + noiseMs;
}

/** The figures every verdict has, for the report. */
export function commonFigures({ facts, promises, times }: Verdict): Record<string, number | string> {
  const { p50, p99, max } = times.latencyMs;
  return {
    acked: facts.acked,
    deliveries: facts.deliveries,
    recovered: facts.recovered,
    announced: facts.announced,
    ...promises,
    "latency p50/p99/max ms": `${p50}/${p99}/${max}`,
    ...Object.fromEntries(
      times.faults.map(({ name, touchedClients, firstNewMs, fullMs, othersLatencyMs }) => [
        name,
        `${touchedClients} clients touched; first new p99 ${firstNewMs.p99} ms; full ${fullMs.max} ms; ` +
          `others' latency p99 ${othersLatencyMs.p99} ms`,
      ]),
    ),
  };
}
