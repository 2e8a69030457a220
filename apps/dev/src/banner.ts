import type { Credentials } from "./credentials.ts";
import { exportLines, shellWord } from "./shell-lines.ts";
import type { Terminal } from "./terminal.ts";

/** What a newcomer needs first: where to look, the keys, and lines that work when pasted into a shell as they are. */
export function banner(
  { colors }: Pick<Terminal, "colors">,
  { port, credentials, logs }: { port: number; credentials: Credentials; logs: string },
): string {
  const origin = `http://localhost:${port}`;
  const key = `-H ${shellWord(`X-API-Key: ${credentials.apiKey}`)}`;
  const post = (path: string, body: object) =>
    `curl -sSw '\\n' ${origin}${path} ${key} -H 'Content-Type: application/json' -d ${shellWord(JSON.stringify(body))}`;
  const task = post("/v1/tasks", { handler: "test", data: { test: "test" }, group: "1" });
  const heading = (text: string) => colors.bold(text);
  const comment = (text: string) => colors.dim(`  # ${text}`);
  return [
    "",
    heading("Switchyard is running."),
    "",
    `  pages       ${colors.cyan(`${origin}/`)}`,
    `  websocket   ${colors.cyan(`ws://localhost:${port}/connection/websocket`)}`,
    `  API         ${colors.cyan(`${origin}/docs`)}`,
    `  queues      ${colors.cyan(`${origin}/ops/queues`)}   password ${credentials.opsPassword}`,
    `  API key     ${credentials.apiKey}`,
    `  logs        ${logs}`,
    "",
    heading("Try, from another terminal:"),
    "",
    comment("publish to everybody in the channel"),
    `  ${post("/api/publish", { channel: "chat:lobby", data: { nick: "curl", text: "hello" } })}`,
    comment("push to a user, on every device"),
    `  ${post("/api/publish", { user: "ann", data: { text: "hello, Ann" } })}`,
    comment("enqueue a task and wait for its result"),
    `  id=$(${task} | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')`,
    `  curl -sSw '\\n' "${origin}/v1/tasks/$id?wait=25" ${key}`,
    "",
    heading("For the lines of README and docs, which read these variables:"),
    "",
    ...exportLines(credentials, port).map((line) => `  ${line}`),
    "",
    colors.dim("For development: it listens on this machine only. Ctrl-C stops everything; data and keys are kept."),
    "",
  ].join("\n");
}
