import type { Static } from "typebox";
import { callerOf } from "../../access/repeat-key.ts";
import { invalidRequest } from "../../invalid-request.ts";
import { acceptCommandLines } from "../../rpc/command-lines.ts";
import { type Commands, type NamedCommand, runCommands } from "../../rpc/command-runner.ts";
import type { Scope } from "../../scope.ts";
import { createShapeCheck } from "../../shape-check.ts";
import { Command, runCommandsSchema } from "./schema.ts";

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
