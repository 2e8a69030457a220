/**
 * Microseconds of the machine's monotonic clock. All processes of one machine read the same clock, so a time taken by the
 * publisher can be compared with one taken by a client.
 */
export function monotonicUs(): number {
  return originUs + Math.round(performance.now() * 1000);
}

const originUs = Math.round(Number(process.hrtime.bigint()) / 1000 - performance.now() * 1000);
