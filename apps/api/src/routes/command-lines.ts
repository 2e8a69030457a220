import Type, { type Static } from "typebox";
import { callerOf } from "../access/repeat-key.ts";
import { retryOf } from "../effect.ts";
import { invalidRequest } from "../shapes/request-problems.ts";
import { acceptCommandLines } from "../rpc/command-lines.ts";
import { type Commands, type NamedCommand, runCommands } from "../rpc/command-runner.ts";
import { callFailures, RpcError, rpcFailures } from "../rpc/rpc-reply.ts";
import type { Scope } from "../scope.ts";
import { createShapeCheck } from "../shapes/shape-check.ts";

/** What is checked of each line; its parameters are checked as at `/api/<method>`. */
const Command = Type.Object(
  {
    id: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: "Stands in its reply, too." })),
    method: Type.String({ minLength: 1, description: "`publish`, `broadcast`, `history`, …" }),
    params: Type.Optional(
      Type.Unsafe<object>({ type: ["object", "array"], maxItems: 0, description: "The body of `POST /api/<method>`." }),
    ),
  },
  {
    additionalProperties: false,
    examples: [{ method: "publish", params: { user: "alice", data: { text: "hello" } } }],
  },
);

const runCommandsSchema = {
  operationId: "command",
  "x-retry": retryOf.counts,
  summary: "Run commands, one a line",
  description:
    "Centrifugo's older form of the server API, for client libraries that know nothing else (gocent up to 3, cent up to 4, phpcent up to 4): one command, or several, each on a line of its own; the replies come in the same way and order. New programs call `/api/<method>` or `batch`.",
  tags: ["channels"],
  body: Command,
  response: {
    // Of several they are several documents, which no schema can say; so the handler writes text.
    200: Type.Unsafe<string>({
      ...Type.Union([Type.Object({ result: Type.Unknown() }), RpcError]),
      examples: [{ result: { offset: 42, epoch: "6mGHPZ2W" } }, ...callFailures(false)],
    }),
    ...rpcFailures,
  },
};

/** `POST /api`, Centrifugo's older form: `{"method": "publish", "params": {…}}` a line. Its scope is its own: no other body is one. */
export function runCommandLines(scope: Scope, { commands }: { readonly commands: Commands }): void {
  acceptCommandLines(scope);
  const check = createShapeCheck(Command);
  const read = (line: unknown, place: string): NamedCommand => {
    const problems = check(line);
    if (problems.length > 0) throw invalidRequest(problems, place);
    const { method, params = {} } = line as Static<typeof Command>;
    // PHP writes an empty object as an empty list.
    return { method, params: Array.isArray(params) ? {} : params, place: "method" };
  };

  // Lines are checked one by one below, so that a bad one is answered for itself.
  scope.post("/api", { schema: runCommandsSchema, validatorCompiler: () => () => true }, async (request, reply) => {
    const lines = request.body as unknown as readonly unknown[];
    const outcomes = await runCommands(
      lines.map((line, index) => () => read(line, lines.length === 1 ? "body" : `line ${index + 1}`)),
      { commands, caller: callerOf(request), log: request.log },
    );
    const replies = outcomes.map((outcome, index) => JSON.stringify({ ...idOf(lines[index]), ...outcome }));
    return reply
      .type("application/json; charset=utf-8")
      .serializer(String)
      .send(`${replies.join("\n")}\n`);
  });
}

function idOf(line: unknown): { readonly id?: number } {
  const id = typeof line === "object" && line !== null && "id" in line ? line.id : 0;
  return typeof id === "number" && id !== 0 ? { id } : {};
}
