import { HubError } from "@switchyard/protocol/hub-error";
import { callerOf } from "../../access/repeat-key.ts";
import { type Commands, type NamedCommand, runCommands } from "../../rpc/command-runner.ts";
import type { Scope } from "../../scope.ts";
import { batchSchema } from "./schema.ts";

/** `POST /api/batch`, Centrifugo's; unlike those of other calls its reply has no `result` around it, there as here. */
export function runBatch(scope: Scope, { commands }: { readonly commands: Commands }): void {
  scope.post("/api/batch", { schema: batchSchema }, async (request) => {
    const { body, log } = request;
    const { parallel = false } = body;
    const outcomes = await runCommands(
      body.commands.map((entry, index) => () => readEntry(entry, index)),
      { commands, caller: callerOf(request), log, parallel },
    );
    const replies = outcomes.map((outcome, index) =>
      "error" in outcome ? outcome : { [Object.keys(body.commands[index] ?? {})[0] ?? ""]: outcome.result },
    );
    return { replies };
  });
}

function readEntry(entry: unknown, index: number): NamedCommand {
  const place = `commands[${index}]`;
  const isObject = typeof entry === "object" && entry !== null && !Array.isArray(entry);
  const [[method, params] = ["", undefined], ...others] = isObject ? Object.entries(entry) : [];
  if (others.length === 0 && method !== "") return { method, params, place };
  throw new HubError("badRequest", `${place}: must have one key, the method: {"publish": {…}}`);
}
