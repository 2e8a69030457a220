import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import { HubError } from "@switchyard/protocol/hub-error";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { ApiError, type ApiErrorCode } from "../errors/api-error.ts";
import { toRpcError } from "../rpc/rpc-error.ts";
import { toRestError } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";
import { fromInboxRejection } from "../inbox/inbox-refusal.ts";
import { fromTaskRejection } from "../tasks/task-refusal.ts";

/**
 * The one place where failures become HTTP, for every scope below. Under `/api` the reply has Centrifugo's shape, under `/apps`
 * Pusher's, elsewhere ours; unknown paths follow the same rule, so a client library meets its own shape whatever it gets wrong.
 */
export function replyWithErrors(app: Scope): void {
  app.setErrorHandler(replyWithError);
}

/** Also for what the router refuses before any scope is found (`frameworkErrors`). */
export function replyWithError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) {
  const failure = toApiError(error, request);
  report(failure, error, request);
  if (failure.code === "body_too_large") readToTheEnd(request, reply);
  if (/^\/api(?:[/?]|$)/.test(request.url)) return sendRpcError(reply, failure, error);
  announceRetry(reply, failure);
  // Libraries of the Pusher protocol show their callers the body as it is.
  if (request.url.startsWith("/apps/")) {
    return reply.code(failure.statusCode).type("text/plain; charset=utf-8").send(failure.publicMessage);
  }
  return reply.code(failure.statusCode).send({ error: toRestError(failure) });
}

/** Bytes of a body that is refused and read all the same. */
const readMaxBytes = 67_108_864;

/**
 * The framework would close the connection with the answer. Whoever is still sending the body then meets a reset, which
 * destroys the answer on its way, and a proxy in between makes a 502 of it. Node reads what is left when the connection stays.
 */
function readToTheEnd({ headers }: FastifyRequest, reply: FastifyReply): void {
  if (Number(headers["content-length"]) <= readMaxBytes) reply.removeHeader("connection");
}

/**
 * Seconds after which trying again makes sense, by status: a full group has a place with the next task that ends, nobody
 * knows when; a Redis outage takes as long as a reconnect.
 */
const retryAfterSeconds: Readonly<Record<number, number>> = { 429: 1, 503: 2, 504: 2 };

function announceRetry(reply: FastifyReply, { statusCode }: ApiError): void {
  const seconds = retryAfterSeconds[statusCode];
  if (seconds !== undefined) reply.header("retry-after", seconds);
}

/**
 * Centrifugo answers 200 to every call it could read, and its client libraries look for errors in the body only. What never
 * reached the call (no key, no JSON, too large) has its HTTP status here as there.
 */
function sendRpcError(reply: FastifyReply, failure: ApiError, error: Error) {
  const understood = ["invalid_request", "unavailable", "outcome_unknown"].includes(failure.code);
  return reply
    .code(understood ? 200 : failure.statusCode)
    .send({ error: toRpcError(error instanceof HubError ? error : failure) });
}

function toApiError(error: unknown, request: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TaskRejection) return fromTaskRejection(error);
  if (error instanceof InboxRejection) return fromInboxRejection(error);
  if (error instanceof HubError) return fromHubError(error);
  return fromFramework(error, request);
}

function fromHubError(error: HubError): ApiError {
  const code: ApiErrorCode = error.temporary ? "unavailable" : "invalid_request";
  return new ApiError(code, error.publicMessage, { cause: error });
}

function fromFramework(error: unknown, request: FastifyRequest): ApiError {
  const { code, statusCode = 500, message = "" } = error as Partial<FastifyError>;
  switch (code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE": {
      const bound = request.routeOptions.bodyLimit ?? request.server.initialConfig.bodyLimit;
      return new ApiError(
        "body_too_large",
        `the body is larger than ${bound} bytes (api.body_limit); send less at once`,
      );
    }
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new ApiError(
        "unsupported_media_type",
        "send the body as JSON, with the header `Content-Type: application/json`",
      );
    case "FST_ERR_BAD_URL":
      return new ApiError(
        "invalid_request",
        "the path is not percent-encoded UTF-8; encode every part of it by itself",
      );
    // Fastify's own text repeats the whole path.
    case "FST_ERR_MAX_PARAM_LENGTH":
      return new ApiError("path_too_long", "a part of the path is longer than any id or name can be");
    default:
      if (statusCode < 500) return new ApiError("invalid_request", message, { cause: error });
      return new ApiError("internal", `internal server error; the log has the cause under request id ${request.id}`, {
        cause: error,
      });
  }
}

/** What a caller did wrong is for the caller; what we did wrong is for whoever reads the log. */
function report(failure: ApiError, error: Error, request: FastifyRequest): void {
  const { code } = failure;
  if (code === "internal") request.log.error({ err: error }, "request failed");
  else if (code === "unavailable" || code === "outcome_unknown")
    request.log.warn({ code, reason: describeCause(error) }, "request not served");
  else request.log.debug({ code }, "request refused");
}

function describeCause({ cause, message }: Error): string {
  return cause instanceof Error ? cause.message : message;
}
