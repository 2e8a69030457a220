/**
 * A reason not to start that an operator can act on. Its message is printed alone, without a stack: it says what is wrong
 * and what to change.
 */
export class StartupError extends Error {
  override readonly name = "StartupError";
  /** `config`: the settings are wrong (exit 78). `environment`: a port, a Redis, a program (exit 1). */
  readonly kind: "config" | "environment";

  constructor(kind: "config" | "environment", message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
