/**
 * Microseconds of the machine's monotonic clock. All processes of one machine read the same clock, so a time taken by the
 * publisher can be compared with one taken by a client.
 *
 * Not `performance.now()` plus an origin: taking the origin needs two clock readings, and on a busy machine a process is
 * put aside between them, which shifts all its times by milliseconds.
 */
export function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}
