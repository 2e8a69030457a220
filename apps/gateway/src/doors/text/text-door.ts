import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Broker } from "@switchyard/broker/broker";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import { parseDurationMs } from "@switchyard/runtime/duration";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { Counter, Gauge, type Registry } from "prom-client";
import { closingJson } from "../../hub/notice.ts";
import { oncePerReason } from "../../session/once-per-reason.ts";
import { partingOf } from "../../session/parting.ts";
import type { Door } from "../door.ts";
import { openOptionalPort } from "../optional-port.ts";
import { Conversation } from "./conversation.ts";
import { createLineAnswers, type LineAnswersOptions } from "./line-answers.ts";

export interface TextDoorOptions {
  readonly settings: Pick<Settings, "text" | "gateway" | "client">;
  readonly broker: Pick<Broker, "publishWithReceipt" | "ask">;
  readonly rules: Pick<ChannelRules, "resolve">;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** A peer that has vanished without a word is found by then, and its connection closed. */
const keepAliveMs = 60_000;

/**
 * Pushes for scripts that have a socket and no HTTP client: a line of JSON in, `ok` or `fail` out (docs/doors.md). Undefined where the
 * settings do not open it, or its port is taken and may be.
 * @throws StartupError when the port cannot be had
 */
export async function openTextDoor(options: TextDoorOptions): Promise<Door | undefined> {
  const { settings, logger } = options;
  const { text, gateway, client } = settings;
  const conversations = new Map<Socket, Conversation>();
  // Whether or not the door is open, so that every gateway has the same metrics.
  const onOutcome = observeLines(options, conversations);
  if (!text.enabled) return undefined;
  const answering = { ...options, secret: text.secret, onOutcome };

  // Half open: a script that ends its side still reads the answers.
  const server = createServer({
    allowHalfOpen: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
    noDelay: true,
  });
  server.on("connection", (socket) => {
    // A reset is an end like any other.
    socket.on("error", () => socket.destroy());
    if (conversations.size >= text.connection_limit) {
      socket.write("fail\n");
      return socket.destroySoon();
    }
    const answers = createLineAnswers(answering);
    const conversation = new Conversation(socket, { answer: answers.answer, lineMaxBytes: text.line_max_size });
    conversations.set(socket, conversation);
    const stale = setTimeout(() => answers.isKnown || conversation.end(), parseDurationMs(client.stale_close_delay));
    socket.once("close", () => {
      clearTimeout(stale);
      conversations.delete(socket);
    });
  });
  const open = async () => {
    server.listen(text.port, text.host === "::" ? undefined : text.host);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  if (!(await openOptionalPort({ door: "text", address: text, gateway, logger, open }))) return undefined;
  server.on("error", (error) => logger.warn({ err: error, door: "text" }, "a connection could not be accepted"));
  const closed = new Promise<void>((resolve) => void server.once("close", resolve));
  const shut = () => void (server.listening && server.close());
  return {
    name: "text",
    shut,
    // Not paced: each comes back with its next line, which is its own affair.
    drain: (reason) => {
      for (const conversation of conversations.values()) conversation.end(closingJson(partingOf(reason)));
    },
    close() {
      shut();
      for (const conversation of conversations.values()) conversation.end();
      return closed;
    },
  };
}

function observeLines(
  { registry, logger }: TextDoorOptions,
  conversations: ReadonlyMap<Socket, Conversation>,
): LineAnswersOptions["onOutcome"] {
  const lines = new Counter({
    name: "switchyard_gateway_text_lines_total",
    help: "Lines of the text door by outcome: `ok`, `fail` (nobody was there), `refused` (nothing that can be done), `undone` (Redis was away, and nothing was done), `unknown` (Redis has not confirmed it: it may be delivered nevertheless).",
    labelNames: ["outcome"],
    registers: [registry],
  });
  const connections: Gauge = new Gauge({
    name: "switchyard_gateway_text_connections",
    help: "Connections to the text door.",
    registers: [registry],
    collect: () => connections.set(conversations.size),
  });
  const tell = oncePerReason((reason, what) => logger.warn({ door: "text", reason }, what));
  return (outcome, error) => {
    lines.inc({ outcome });
    if (outcome === "refused") tell(error ?? "", "refused a line");
  };
}
