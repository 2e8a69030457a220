import type { FastifySchema } from "fastify";
import type { Static, TSchema } from "typebox";
import { invalidRequest } from "../shapes/request-problems.ts";
import { createShapeCheck } from "../shapes/shape-check.ts";
import { type Caller, callerOf } from "../access/repeat-key.ts";
import { type Effect, retryOf } from "../effect.ts";
import { failureOfReading, failureOfWriting } from "../errors/or-unavailable.ts";
import type { Scope } from "../scope.ts";
import { callFailures, RpcReply, rpcFailures } from "./rpc-reply.ts";

/** A command of the server API: what `POST /api/<method>` does, and the same by its name in a batch. */
export interface RpcCommand {
  readonly method: string;
  readonly schema: FastifySchema & { readonly "x-retry": string };
  /**
   * Whether it is done in the order of calls when several are made without waiting for their answers. Publications are: they leave in the
   * order in which they were asked for.
   */
  keepsPlace(params: unknown): boolean;
  /**
   * Checks the parameters and does it.
   * @throws ApiError `invalid_request` naming the field; HubError as the hub refuses.
   */
  call(params: unknown, caller: Caller): Promise<object>;
}

/** A command as its documentation shows it. Without a `body` it takes none, and any. */
export interface RpcSpec<B extends TSchema, R extends TSchema> {
  readonly method: string;
  /** What repeating it does; `reads` is what changes nothing at all. */
  readonly effect: Effect;
  readonly summary: string;
  readonly description?: string;
  readonly body?: B;
  readonly result: R;
  /** See {@link RpcCommand.keepsPlace}; left out, it does not. */
  readonly keepsPlace?: RpcCommand["keepsPlace"];
  /** One result at least, for the documentation. */
  readonly results: readonly (Static<R> & object)[];
}

export function defineRpc<B extends TSchema, R extends TSchema>(
  spec: RpcSpec<B, R>,
  run: (params: Static<B>, caller: Caller) => Promise<Static<R> & object>,
): RpcCommand {
  const { method, result, results, effect, keepsPlace = () => false, ...documented } = spec;
  const failureOf = effect === "reads" ? failureOfReading : failureOfWriting;
  const check = spec.body === undefined ? undefined : createCheck(spec.body);
  return {
    method,
    keepsPlace,
    schema: {
      ...documented,
      ...(spec.body !== undefined && { body: { ...spec.body, title: `${pascal(method)}Request` } }),
      operationId: method,
      "x-retry": retryOf[effect],
      tags: ["channels"],
      response: {
        200: {
          ...RpcReply(result),
          description: "Done, or refused: look at `error`.",
          examples: [...results.map((one) => ({ result: one })), ...callFailures(effect === "reads")],
        },
        ...rpcFailures,
      },
    },
    async call(params, caller) {
      check?.(params);
      try {
        return await run(params as Static<B>, caller);
      } catch (error) {
        throw failureOf(error);
      }
    },
  };
}

function createCheck(schema: TSchema): (params: unknown) => void {
  const check = createShapeCheck(schema);
  return (params) => {
    const problems = check(params);
    if (problems.length > 0) throw invalidRequest(problems, "body");
  };
}

/** Puts a command at its path. There the schema is for the documentation only: `call` checks, as it does in a batch. */
export function serveRpc(scope: Scope, command: RpcCommand): void {
  const { method, schema } = command;
  scope.post(`/api/${method}`, { schema, validatorCompiler: () => () => true }, async (request) => ({
    result: await command.call(request.body, callerOf(request)),
  }));
}

function pascal(method: string): string {
  return method.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
