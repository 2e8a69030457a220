import { build } from "hdr-histogram-js";
import { monotonicUs } from "../machine/monotonic-us.ts";
import { findSendTimeUs } from "../publish/payload.ts";

/** What all clients together have received since the last reset. */
export interface TallyReading {
  /** Deliveries since the process began; no reset touches it. */
  readonly total: number;
  readonly deliveries: number;
  readonly elapsedMs: number;
  readonly bytes: number;
  /** Of the sampled deliveries; zeroes when there were none. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number; readonly samples: number };
}

/**
 * Counts deliveries and samples how old they are. Sampling every delivery would cost more than receiving it; one in 53 is
 * enough for a p99. 53 is prime on purpose: with a divisor of the number of clients the same few clients would be sampled
 * at every message, and those are early or late in the server's loop every time.
 */
export class Tally {
  readonly #histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 120e6,
    numberOfSignificantValueDigits: 3,
  });
  #sampleEvery = 53;
  #untilSample = 53;
  #totalBeforeReset = 0;
  #deliveries = 0;
  #bytes = 0;
  #sinceUs = monotonicUs();

  /** One message lies in `bytes` between `from` and `end`, or the rest of one whose beginning came earlier. */
  count(bytes: Buffer, from: number, end: number): void {
    this.#deliveries += 1;
    this.#untilSample -= 1;
    if (this.#untilSample <= 0 && this.#sample(bytes, from, end)) this.#untilSample = this.#sampleEvery;
  }

  addBytes(count: number): void {
    this.#bytes += count;
  }

  reset(sampleEvery: number): void {
    this.#histogram.reset();
    this.#sampleEvery = sampleEvery;
    this.#untilSample = sampleEvery;
    this.#totalBeforeReset += this.#deliveries;
    this.#deliveries = 0;
    this.#bytes = 0;
    this.#sinceUs = monotonicUs();
  }

  read(): TallyReading {
    const percentileMs = (percentile: number) => this.#histogram.getValueAtPercentile(percentile) / 1000;
    const samples = this.#histogram.totalCount;
    return {
      total: this.#totalBeforeReset + this.#deliveries,
      deliveries: this.#deliveries,
      elapsedMs: (monotonicUs() - this.#sinceUs) / 1000,
      bytes: this.#bytes,
      latencyMs:
        samples === 0
          ? { p50: 0, p99: 0, max: 0, samples }
          : { p50: percentileMs(50), p99: percentileMs(99), max: this.#histogram.maxValue / 1000, samples },
    };
  }

  /** False for a message whose time is not in these bytes in one piece: the next one is sampled instead. */
  #sample(bytes: Buffer, from: number, end: number): boolean {
    const sentUs = findSendTimeUs(bytes, from, end);
    if (sentUs === 0) return false;
    const ageUs = monotonicUs() - sentUs;
    if (ageUs < 0) throw new Error(`a delivery came ${-ageUs} µs before it was due; the clocks do not agree`);
    this.#histogram.recordValue(ageUs);
    return true;
  }
}
