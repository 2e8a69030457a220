import { HubError } from "@switchyard/protocol/hub-error";
import { nearestName } from "@switchyard/runtime/nearest-name";
import type { FastifyBaseLogger } from "fastify";
import type { ApiKey, ApiScope } from "../../access/api-keys.ts";
import { ApiError } from "../../api-error.ts";
import type { RpcCommand } from "../../rpc/rpc-command.ts";
import { type RpcErrorBody, toRpcError } from "../../rpc/rpc-error.ts";
import type { Scope } from "../../scope.ts";
import { runInOrder } from "./run-in-order.ts";
import { batchSchema } from "./schema.ts";

export interface BatchDeps {
  /** By method. */
  readonly commands: ReadonlyMap<string, { readonly command: RpcCommand; readonly needs: ApiScope }>;
}

type Reply = Readonly<Record<string, object>> | { readonly error: RpcErrorBody };

/** `POST /api/batch`, Centrifugo's; unlike those of other calls its reply has no `result` around it, there as here. */
export function runBatch(scope: Scope, { commands }: BatchDeps): void {
  scope.post("/api/batch", { schema: batchSchema }, async ({ body, apiKey, log }) => {
    const run = (entry: Readonly<Record<string, unknown>>, index: number) =>
      settle(callEntry(entry, `commands[${index}]`, { commands, apiKey }), log);
    if (body.parallel === true) return { replies: await Promise.all(body.commands.map(run)) };
    return { replies: await runInOrder(body.commands, run, { isHopeless: isOutage, notTried, timeoutMs }) };
  });
}

/** A gateway that hangs holds up each command about connections for a second. */
const timeoutMs = 20_000;
const outageCode = 100;
const notTried: Reply = {
  error: toRpcError(
    new HubError("internal", "not tried, as commands before it failed this way or took long; try again"),
  ),
};

function isOutage(reply: Reply): boolean {
  return "error" in reply && (reply.error as RpcErrorBody).code === outageCode;
}

async function callEntry(
  entry: Readonly<Record<string, unknown>>,
  place: string,
  { commands, apiKey }: BatchDeps & { readonly apiKey: ApiKey },
): Promise<Reply> {
  const [method = "", ...others] = Object.keys(entry);
  const found = commands.get(method);
  if (others.length > 0 || method === "") {
    throw new HubError("badRequest", `${place}: must have one key, the method: {"publish": {…}}`);
  }
  if (found === undefined) {
    const nearest = nearestName(method, [...commands.keys()]);
    const hint =
      nearest === undefined ? `known are ${[...commands.keys()].join(", ")}` : `did you mean \`${nearest}\`?`;
    throw new HubError("methodNotFound", `${place}: ${hint}`);
  }
  apiKey.require(found.needs);
  return { [method]: await found.command.call(entry[method]) };
}

async function settle(call: Promise<Reply>, log: FastifyBaseLogger): Promise<Reply> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof HubError || error instanceof ApiError) return { error: toRpcError(error) };
    log.error({ err: error }, "command failed");
    return { error: toRpcError(new HubError("internal", undefined, { cause: error })) };
  }
}
