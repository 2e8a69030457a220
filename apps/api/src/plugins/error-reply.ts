import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../errors/api-error.ts";
import { reportFailure, rpcAnswerOf, toApiError } from "./failure-answer.ts";
import { toRestError } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";

/**
 * The one place where failures become HTTP, for every scope below. Under `/api` the reply has Centrifugo's shape, under `/apps`
 * Pusher's, elsewhere ours; unknown paths follow the same rule, so a client library meets its own shape whatever it gets wrong.
 */
export function replyWithErrors(app: Scope): void {
  app.setErrorHandler(replyWithError);
}

/** Also for what the router refuses before any scope is found (`frameworkErrors`). */
export function replyWithError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) {
  const failure = fromFramework(error, request) ?? toApiError(error, request.id);
  reportFailure(failure, error, request.log);
  keepConnection(request, reply, failure);
  if (/^\/api(?:[/?]|$)/.test(request.url)) {
    const { status, body } = rpcAnswerOf(failure, error);
    return reply.code(status).send(body);
  }
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
 * The framework would close the connection with the answer to every body it cannot use. Requests that a client has sent behind one are run
 * by then, and would never be answered: who sends them again publishes twice. A body that was read to its end leaves the connection as good
 * as it was. Of one that is too large, whoever is still sending it meets a reset, which destroys the answer on its way, and a proxy in between makes a
 * 502 of it; Node reads what is left when the connection stays.
 */
function keepConnection({ raw, headers }: FastifyRequest, reply: FastifyReply, { code }: ApiError): void {
  const isReadable = code === "body_too_large" && Number(headers["content-length"]) <= readMaxBytes;
  if (raw.complete || isReadable) reply.removeHeader("connection");
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

/** Undefined for what the framework has not refused by itself. */
function fromFramework(error: Error, request: FastifyRequest): ApiError | undefined {
  const { code, statusCode = 500, message } = error as FastifyError;
  if (error instanceof ApiError) return undefined;
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
      return statusCode < 500 ? new ApiError("invalid_request", message, { cause: error }) : undefined;
  }
}
