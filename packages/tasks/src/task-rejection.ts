/**
 * Why a request to enqueue was refused; nothing was stored. `publicMessage` names the field and the bound and is fit for
 * whoever sent the request; it never repeats the value.
 */
export class TaskRejection extends Error {
  override readonly name = "TaskRejection";
  readonly code: RejectionCode;
  /** The field of the request, as `EnqueueRequest` names it. */
  readonly field: string;
  readonly publicMessage: string;

  /** `detail` completes the sentence that begins with the field: `must be …`. */
  constructor(code: RejectionCode, field: string, detail: string) {
    const publicMessage = `${field}: ${detail}`;
    super(`${rejectionCodes[code]}: ${publicMessage}`);
    this.code = code;
    this.field = field;
    this.publicMessage = publicMessage;
  }
}

export const rejectionCodes = {
  field_invalid: "a field has a value that cannot be used",
  data_too_large: "the data is larger than the hub takes",
  group_full: "the group holds as many tasks as it may",
  acts_full: "as many acts on many tasks go on as may",
  idempotency_conflict: "the idempotency key belongs to another request",
} as const;
export type RejectionCode = keyof typeof rejectionCodes;
