/** Lets operations with the same key run one after another, in the order they were asked for; others run at once. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Settles as the operation does; a failed one does not hold up the next. */
  run<T>(key: string, operation: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key);
    const result = before === undefined ? operation() : before.then(operation);
    const done: Promise<unknown> = result.then(forget, forget);
    this.#last.set(key, done);
    const forgetKey = () => {
      if (this.#last.get(key) === done) this.#last.delete(key);
    };
    void done.then(forgetKey);
    return result;
  }
}

function forget(): void {
  // Whoever asked has the result; here only that it is over counts.
}
