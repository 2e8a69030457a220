import type { FastifySchema } from "fastify";
import type { Static, TSchema } from "typebox";
import type { ApiError } from "../api-error.ts";
import { validateRequests } from "../plugins/request-validation.ts";
import { RpcReply, rpcFailures } from "./rpc-reply.ts";
import type { Scope } from "../scope.ts";

/** A command of the server API: what `POST /api/<method>` does, and the same by its name in a batch. */
export interface RpcCommand {
  readonly method: string;
  readonly schema: FastifySchema;
  /**
   * Checks the parameters and does it.
   * @throws ApiError `invalid_request` naming the field; HubError as the hub refuses.
   */
  call(params: unknown): Promise<object>;
}

/** A command as its documentation shows it. Without a `body` it takes none, and any. */
export interface RpcSpec<B extends TSchema, R extends TSchema> {
  readonly method: string;
  readonly summary: string;
  readonly description?: string;
  readonly body?: B;
  readonly result: R;
}

export function defineRpc<B extends TSchema, R extends TSchema>(
  spec: RpcSpec<B, R>,
  run: (params: Static<B>) => Promise<Static<R> & object>,
): RpcCommand {
  const { method, result, ...documented } = spec;
  const validate =
    spec.body === undefined ? undefined : validateRequests({ schema: spec.body, httpPart: "body" } as never);
  return {
    method,
    schema: {
      ...documented,
      operationId: method,
      tags: ["channels"],
      response: { 200: RpcReply(result), ...rpcFailures },
    },
    async call(params) {
      const checked = validate?.(params) as { error?: ApiError } | undefined;
      if (checked?.error !== undefined) throw checked.error;
      return run(params as Static<B>);
    },
  };
}

/** Puts a command at its path. The schema is for the documentation there: `call` checks, in a batch as well. */
export function serveRpc(scope: Scope, command: RpcCommand): void {
  const { method, schema } = command;
  scope.post(`/api/${method}`, { schema, validatorCompiler: () => () => true }, async ({ body }) => ({
    result: await command.call(body),
  }));
}
