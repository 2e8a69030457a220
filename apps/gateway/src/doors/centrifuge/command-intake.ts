import { setTimeout as delay } from "node:timers/promises";
import { decodeCommands, type Command, type Decoded } from "@switchyard/protocol/command";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { encodeErrorReply, encodeReply } from "@switchyard/protocol/reply";
import { CommandLimit } from "./command-limit.ts";
import type { Transport } from "../../transport/transport.ts";
import { CommandBacklog } from "./command-backlog.ts";
import type { CommandOutcome } from "./command-outcome.ts";
import { executeCommand } from "./execute-command.ts";
import type { SessionServices } from "../../session/services.ts";
import type { Session } from "../../session/session.ts";

/** Milliseconds in which commands are still answered when what comes behind them ends the line. */
const lastAnswersMs = 1_000;

/**
 * What a client asks, from the frame to the answer: checks that the protocol is kept, holds commands to their rate and their
 * order, and turns each outcome into what is sent. The session decides what a command does; this decides whether it may come.
 */
export class CommandIntake {
  readonly #session: Session;
  readonly #services: SessionServices;
  readonly #backlog: CommandBacklog;
  #limit: CommandLimit | undefined;
  #connectSeen = false;
  /** Nothing more is taken. */
  #isOver = false;

  constructor(session: Session, services: SessionServices, flow: Pick<Transport, "pause" | "resume">) {
    this.#session = session;
    this.#services = services;
    this.#backlog = new CommandBacklog((command) => this.#run(command), flow);
  }

  frame(text: string): void {
    if (this.#isOver) return;
    for (const decoded of decodeCommands(text)) {
      if (this.#session.isClosed || this.#isOver) break;
      this.#accept(decoded);
    }
    this.#backlog.work();
  }

  /** Takes nothing more. Resolves when what was taken is answered, or its time is over. */
  async finish(): Promise<void> {
    this.#isOver = true;
    this.#backlog.work();
    if (this.#backlog.isIdle) return;
    const timer = new AbortController();
    const late = delay(lastAnswersMs, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([this.#backlog.idle(), late]);
    timer.abort();
  }

  /** Whatever waits is not run any more. */
  clear(): void {
    this.#backlog.clear();
  }

  #accept(decoded: Decoded): void {
    switch (decoded.method) {
      case "pong":
        if (!this.#session.takePong()) this.#breakOff("pong without ping");
        break;
      case "malformed":
        this.#breakOff(decoded.problem);
        break;
      default:
        this.#acceptCommand(decoded);
    }
  }

  #acceptCommand(command: Command): void {
    const isConnect = command.method === "connect";
    if (isConnect === this.#connectSeen) {
      this.#breakOff(isConnect ? "second connect" : "command before connect");
    } else if (this.#session.isRefused) {
      this.#breakOff("command after a refused connect");
    } else if (isConnect || this.#isWithinRate(command)) {
      this.#connectSeen = true;
      this.#backlog.add(command);
    }
  }

  /** Above the rate a command is answered at once, so that a flood does not wait in the backlog of those before it. */
  #isWithinRate(command: Command): boolean {
    const { commandRate, metrics } = this.#services;
    if (commandRate === undefined) return true;
    this.#limit ??= new CommandLimit(commandRate);
    const refusal = this.#limit.refuse(command.method, performance.now());
    if (refusal === undefined) return true;
    metrics.throttledCommands.inc();
    this.#settle(command, refusal);
    return false;
  }

  #breakOff(problem: string): void {
    this.#services.logger.debug({ client: this.#session.id, problem }, "protocol broken");
    // Commands before it, in the same frame perhaps, are answered first.
    void this.finish().then(() => this.#session.disconnect(disconnectCodes.badRequest));
  }

  async #run(command: Command): Promise<void> {
    const outcome = await executeCommand(this.#session, command, this.#services);
    if (!this.#session.isClosed) this.#settle(command, outcome);
  }

  #settle({ id, method }: Command, outcome: CommandOutcome): void {
    this.#services.metrics.commands.inc({ method, outcome: outcome.kind });
    switch (outcome.kind) {
      case "reply":
        this.#session.send(Buffer.from(encodeReply(id, method, outcome.resultJson)));
        outcome.afterReply?.();
        break;
      case "error":
        if (method === "connect") this.#session.refuse();
        this.#session.send(Buffer.from(encodeErrorReply(id, outcome.error)));
        break;
      case "disconnect":
        this.#session.disconnect(outcome.disconnect);
        break;
      case "silent":
        break;
      default:
        break;
    }
  }
}
