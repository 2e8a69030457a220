import type { ErrorName } from "@switchyard/protocol/error-codes";

/**
 * Every failure the api can answer with. Under `/v1`, `/demo` and `/ops` the reply is
 * `{"error": {"code", "message", "field"?}}` with the row's status. Under `/api` it has Centrifugo's shape
 * `{"error": {"code": <number of the hub error>, "message"}}`; there, status 200 means the call itself was understood.
 *
 * Codes are part of the contract: programs branch on them, so a code is never renamed or reused. Messages are for people
 * and may change.
 */
export const apiErrors = {
  invalid_json: { status: 400, hub: "badRequest", meaning: "The body is not JSON in UTF-8." },
  invalid_request: { status: 400, hub: "badRequest", meaning: "A field is missing, unknown or out of its bound." },
  unauthorized: { status: 401, hub: "unauthorized", meaning: "No API key came with the request, or a wrong one." },
  forbidden: {
    status: 403,
    hub: "permissionDenied",
    meaning: "The API key lacks the scope, or the request came from a page of another site.",
  },
  proof_needed: {
    status: 403,
    hub: "permissionDenied",
    meaning: "An operator's act on many things that cannot be undone needs a login that was proven within 5 minutes.",
  },
  not_found: { status: 404, hub: "methodNotFound", meaning: "Nothing answers at this path." },
  connection_unknown: {
    status: 404,
    hub: "badRequest",
    meaning: "No connection has this id, or not any more.",
  },
  task_unknown: { status: 404, hub: "badRequest", meaning: "No such task, or its record has expired." },
  bulk_act_unknown: {
    status: 404,
    hub: "badRequest",
    meaning: "No act on many tasks has this id, or it ended more than a week ago.",
  },
  schedule_unknown: {
    status: 404,
    hub: "badRequest",
    meaning: "No such schedule, or it finished more than a day ago.",
  },
  item_unknown: { status: 404, hub: "badRequest", meaning: "The user has no such item, or not any more." },
  notification_unknown: {
    status: 404,
    hub: "badRequest",
    meaning: "No such notification, or it was asked for more than a week ago.",
  },
  method_not_allowed: { status: 405, hub: "methodNotFound", meaning: "The path exists, but not with this method." },
  request_timeout: { status: 408, hub: "badRequest", meaning: "The request did not come to its end in time." },
  task_settled: { status: 409, hub: "badRequest", meaning: "The task has its end already." },
  task_not_failed: {
    status: 409,
    hub: "badRequest",
    meaning: "Only a task that failed can be enqueued again, or discarded.",
  },
  state_moved: {
    status: 409,
    hub: "badRequest",
    meaning: "What the act is about is not as `X-Sy-Expect` says; `now` in the answer is what stands.",
  },
  version_gone: {
    status: 410,
    hub: "badRequest",
    meaning: "The console of this version is not kept any more; the page that asks has to be loaded again.",
  },
  task_gone: { status: 410, hub: "badRequest", meaning: "The task's data is not kept any more." },
  revision_conflict: {
    status: 412,
    hub: "badRequest",
    meaning: "The schedule is at another revision than `If-Match` says.",
  },
  body_too_large: { status: 413, hub: "limitExceeded", meaning: "The body, or the data in it, exceeds its bound." },
  path_too_long: { status: 414, hub: "badRequest", meaning: "A part of the path is longer than any id or name." },
  unsupported_media_type: { status: 415, hub: "badRequest", meaning: "The body is not declared as JSON." },
  handler_unknown: {
    status: 422,
    hub: "badRequest",
    meaning: "Workers run, and none of them has the task's handler (`tasks.unknown_handlers`).",
  },
  idempotency_conflict: {
    status: 422,
    hub: "badRequest",
    meaning: "The idempotency key was used before, with another request.",
  },
  group_full: {
    status: 429,
    hub: "tooManyRequests",
    meaning: "The task's group holds as many tasks as it may. Try again later.",
  },
  acts_full: {
    status: 429,
    hub: "tooManyRequests",
    meaning: "As many acts on many tasks go on as may at the same time. Abort one, or try again later.",
  },
  head_too_large: { status: 431, hub: "limitExceeded", meaning: "The path and the headers have 16 KiB or more." },
  internal: {
    status: 500,
    hub: "internal",
    meaning: "A defect of the hub, or data in Redis that it cannot use. The log has the cause under the request id.",
  },
  not_configured: { status: 501, hub: "notAvailable", meaning: "A setting this needs is empty." },
  unavailable: {
    status: 503,
    hub: "internal",
    meaning:
      "Redis does not answer or refuses it for now, or the process is stopping, and nothing was done. Safe to repeat.",
  },
  outcome_unknown: {
    status: 504,
    hub: "outcomeUnknown",
    meaning:
      "It was sent to Redis and the answer was lost: it may or may not have been done. Repeat it with its idempotency key, or look first.",
  },
} as const satisfies Record<string, { status: number; hub: ErrorName; meaning: string }>;

export type ApiErrorCode = keyof typeof apiErrors;

interface ApiErrorOptions extends ErrorOptions {
  readonly field?: string | undefined;
  readonly redis?: "refuses" | undefined;
}

/** `publicMessage` says what to change and is all that leaves the process; `cause` goes to the log. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ApiErrorCode;
  /** Named as Fastify and its plugins look for it. */
  readonly statusCode: number;
  readonly publicMessage: string;
  /** The field at fault, as a path: `backoff.delayMs`, `channels[3]`. */
  readonly field: string | undefined;
  /** Of `unavailable`: Redis answers, and takes nothing. */
  readonly redis: "refuses" | undefined;

  constructor(code: ApiErrorCode, publicMessage: string, options: ApiErrorOptions = {}) {
    super(publicMessage, options);
    this.code = code;
    this.statusCode = apiErrors[code].status;
    this.publicMessage = publicMessage;
    this.field = options.field;
    this.redis = options.redis;
  }
}
