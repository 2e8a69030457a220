export interface SharedReading<T> {
  now(): Promise<T>;
  /** Something was changed: who asks next reads anew. */
  forget(): void;
}

/**
 * One reading for all who ask within a time, and never two at once: forty open consoles cost Redis what one does. A failure is told to
 * those who waited for it and not kept, since Redis may be back for the next.
 */
export function shareReading<T>(read: () => Promise<T>, freshMs: number): SharedReading<T> {
  let newest: { readonly found: Promise<T>; readonly untilMs: number } | undefined;
  function now(): Promise<T> {
    if (newest === undefined || performance.now() >= newest.untilMs) {
      const reading = { found: read(), untilMs: performance.now() + freshMs };
      newest = reading;
      reading.found.catch(() => {
        if (newest === reading) newest = undefined;
      });
    }
    return newest.found;
  }
  return { now, forget: () => (newest = undefined) };
}
