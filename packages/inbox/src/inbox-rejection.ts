/**
 * Why a request was refused; nothing was changed. `publicMessage` names the field and the bound and is fit for whoever sent the
 * request; it never repeats the value.
 */
export class InboxRejection extends Error {
  override readonly name = "InboxRejection";
  readonly code: InboxRejectionCode;
  /** As it stands in the request: `title`, `actions[1].id`, `ids[3]`. */
  readonly field: string;
  readonly publicMessage: string;

  /** `detail` completes the sentence that begins with the field: `must be …`. */
  constructor(code: InboxRejectionCode, field: string, detail: string) {
    const publicMessage = `${field}: ${detail}`;
    super(publicMessage);
    this.code = code;
    this.field = field;
    this.publicMessage = publicMessage;
  }
}

/** `field_unknown`: there is no such field, which is a misspelt one as a rule. */
export type InboxRejectionCode = "field_invalid" | "field_unknown" | "data_too_large";
