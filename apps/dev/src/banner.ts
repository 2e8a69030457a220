import type { Credentials } from "./credentials.ts";
import type { DoorPort } from "./door-ports.ts";
import { exportLines, shellWord } from "./shell-lines.ts";
import type { Terminal } from "./terminal.ts";

export interface BannerFacts {
  readonly port: number;
  readonly doors: readonly DoorPort[];
  readonly credentials: Credentials;
  /** Of the settings: what clients and back ends of the Pusher protocol are given. */
  readonly pusherApps: readonly { readonly id: string; readonly key: string; readonly secret: string }[];
  readonly logs: string;
}

/** What a newcomer needs first: where to look, the keys, and lines that work when pasted into a shell as they are. */
export function banner({ colors }: Pick<Terminal, "colors">, facts: BannerFacts): string {
  const { port, doors, credentials, pusherApps, logs } = facts;
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
    ...doors.map(doorLine),
    ...pusherApps.map(({ id, key, secret }) => `  Pusher      app ${id}   key ${key}   secret ${secret}`),
    `  API         ${colors.cyan(`${origin}/docs`)}`,
    `  console     ${colors.cyan(`${origin}/ops/console`)}   password ${credentials.opsPassword}`,
    `  connections ${colors.cyan(`${origin}/ops/connections`)}   the same password`,
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

function doorLine({ door, address, isFree }: DoorPort): string {
  const fate = isFree ? address : `closed: ${address} is taken; SWITCHYARD_${door.toUpperCase()}_PORT moves it`;
  return `  ${door.padEnd(11)} ${fate}`;
}
