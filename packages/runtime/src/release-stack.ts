/**
 * What a process has acquired, released in reverse order.
 *
 * Call `use` or `defer` on the line after each acquisition: when construction fails half-way the caller closes the stack
 * and everything acquired so far goes back. `close` is idempotent, waits for each release before the next one starts
 * (a subscriber must be gone before the connection under it), and reports every failure at the end instead of stopping
 * at the first.
 */
export interface ReleaseStack {
  /** Registers a resource's own `close` and returns the resource. */
  use<T extends { close(): Promise<void> | void }>(resource: T): T;
  defer(name: string, release: () => Promise<void> | void): void;
  /** @throws AggregateError naming every release that failed. */
  close(): Promise<void>;
}

export function createReleaseStack(): ReleaseStack {
  const releases: { name: string; release: () => Promise<void> | void }[] = [];
  let closing: Promise<void> | undefined;

  async function releaseAll(): Promise<void> {
    const failures: Error[] = [];
    for (let entry = releases.pop(); entry !== undefined; entry = releases.pop()) {
      try {
        await entry.release();
      } catch (error) {
        failures.push(new Error(`release of ${entry.name} failed`, { cause: error }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map((failure) => failure.message).join("; "));
  }

  return {
    use(resource) {
      releases.push({ name: resource.constructor.name, release: () => resource.close() });
      return resource;
    },
    defer(name, release) {
      releases.push({ name, release });
    },
    close() {
      closing ??= releaseAll();
      return closing;
    },
  };
}
