import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import { HubError } from "@switchyard/protocol/hub-error";
import { fateOf, isAnswer } from "@switchyard/redis/command-fate";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import type { FastifyBaseLogger } from "fastify";
import { fromInboxRejection } from "../inbox/inbox-refusal.ts";
import { type RpcErrorBody, toRpcError } from "../rpc/rpc-error.ts";
import { fromTaskRejection } from "../tasks/task-refusal.ts";
import { ApiError } from "../errors/api-error.ts";

/** A failure in the terms of the api, whatever has thrown it; what nobody has foreseen is a defect of ours. */
export function toApiError(error: unknown, requestId: string): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TaskRejection) return fromTaskRejection(error);
  if (error instanceof InboxRejection) return fromInboxRejection(error);
  if (error instanceof HubError) return fromHubError(error);
  return new ApiError("internal", `internal server error; the log has the cause under request id ${requestId}`, {
    cause: error,
  });
}

function fromHubError(error: HubError): ApiError {
  if (error.temporary) {
    const redis = isAnswer(error.cause) && fateOf(error.cause) === "refused" ? "refuses" : undefined;
    // Clients know what is temporary as an internal error; here its code says what it is.
    return new ApiError("unavailable", error.detail ?? error.publicMessage, { cause: error, redis });
  }
  return new ApiError("invalid_request", error.publicMessage, { cause: error });
}

/** What a caller did wrong is for the caller; what we did wrong is for whoever reads the log. */
export function reportFailure({ code }: ApiError, error: unknown, log: FastifyBaseLogger): void {
  if (code === "internal") log.error({ err: error }, "request failed");
  else if (code === "unavailable" || code === "outcome_unknown")
    log.warn({ code, reason: describeCause(error) }, "request not served");
  else log.debug({ code }, "request refused");
}

function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/**
 * Centrifugo answers 200 to every call it could read, and its client libraries look for errors in the body only. What never
 * reached the call (no key, no JSON, too large) has its HTTP status here as there.
 */
export function rpcAnswerOf(
  failure: ApiError,
  error: unknown,
): { readonly status: number; readonly body: { readonly error: RpcErrorBody } } {
  const understood = ["invalid_request", "unavailable", "outcome_unknown"].includes(failure.code);
  return {
    status: understood ? 200 : failure.statusCode,
    body: { error: toRpcError(error instanceof HubError ? error : failure) },
  };
}
