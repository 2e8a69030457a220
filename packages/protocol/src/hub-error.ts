import { errorCodes, type ErrorName } from "./error-codes.ts";

/**
 * A failure a client is told about: made from the table only. `message` is for logs and may say anything; `publicMessage`
 * is what leaves the process and says what to change, where that helps.
 */
export class HubError extends Error {
  override readonly name = "HubError";
  readonly code: number;
  readonly publicMessage: string;
  readonly temporary: boolean;

  /** Names the field and the bound; is appended to the public text. */
  readonly detail: string | undefined;

  constructor(error: ErrorName, detail?: string, options?: ErrorOptions) {
    const { code, message, temporary } = errorCodes[error];
    const publicMessage = detail === undefined ? message : `${message}: ${detail}`;
    super(publicMessage, options);
    this.code = code;
    this.publicMessage = publicMessage;
    this.temporary = temporary;
    this.detail = detail;
  }
}
