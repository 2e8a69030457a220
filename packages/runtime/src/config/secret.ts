import Type from "typebox";

export interface SecretOptions {
  /** One that is shorter, and not empty, is refused at the start unless `allow_short_secrets` is on. */
  readonly charactersMin: number;
  /** The length need not be said; it is added. */
  readonly description: string;
  readonly env?: string;
  /** A bound on its form; empty must match. */
  readonly pattern?: string;
  readonly hint?: string;
  /** It cannot be left out or empty. */
  readonly isRequired?: boolean;
}

/**
 * A setting that strangers must not guess; empty, there is none. Every secret of the settings is made by this, so each has
 * a least length and is kept out of pages and messages.
 */
export function Secret({ charactersMin, description, isRequired = false, ...options }: SecretOptions) {
  return Type.String({
    ...options,
    ...(isRequired ? { minLength: 1 } : { default: "" }),
    description: `${description} ${charactersMin} characters or more.`,
    secret: true,
    charactersMin,
  });
}

/** What signs requests of the hub to services of others, as Standard Webhooks writes it or as any text. */
export function SigningSecret(description: string) {
  return Secret({
    charactersMin: 32,
    pattern: "^(?!whsec_)|^whsec_[A-Za-z0-9+/]{32,88}={0,2}$",
    hint: "`whsec_` and the base64 of 24 to 64 bytes, or a text that does not begin so",
    description,
  });
}
