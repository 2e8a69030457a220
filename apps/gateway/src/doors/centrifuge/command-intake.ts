import type { Results } from "@switchyard/protocol/encoding/results";
import type { Command, Decoded, Method } from "@switchyard/protocol/command";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { CommandLanes } from "./command-lanes.ts";
import { CommandLimit } from "./command-limit.ts";
import type { Transport } from "../../carriers/transport.ts";
import { Backlog, orLate } from "../backlog.ts";
import { laneOf, subscribeLane } from "./lane-of.ts";
import type { CommandOutcome } from "./command-outcome.ts";
import { executeCommand } from "./command-table.ts";
import type { CentrifugeServices } from "./services.ts";
import { refuse } from "../../session/refusal.ts";
import type { Turn } from "../../decisions/hook.ts";
import type { Client } from "../../session/client.ts";
import type { WireForm } from "./wire-form.ts";

/** The client's line, as far as asking and answering go. */
type Line = Pick<Transport, "send" | "pause" | "resume" | "holdBack">;

export interface IntakeOptions {
  readonly client: Client;
  readonly form: WireForm;
  readonly line: Line;
  readonly services: CentrifugeServices;
  /** Told what a client did against the protocol, before the client is sent away. */
  readonly onBroken: (problem: string) => void;
  /** Where the client sends its commands, if not on this line. */
  readonly address?: UplinkAddress;
}

/** Told in the reply to `connect`, and named by everything that is sent afterwards. */
export interface UplinkAddress {
  /** A secret. */
  readonly session: string;
  readonly node: string;
}

/**
 * What a client asks, from the frame to the answer: checks that the protocol is kept, holds commands to their rate and their
 * order, and turns each outcome into what is sent. The commands decide what is done; this decides whether one may come.
 */
export class CommandIntake {
  readonly #client: Client;
  readonly #form: WireForm;
  readonly #line: Line;
  readonly #services: CentrifugeServices;
  readonly #onBroken: IntakeOptions["onBroken"];
  readonly #address: UplinkAddress | undefined;
  readonly #backlog: Backlog<Command>;
  /** Of commands that ask a back end; made for the first of them. */
  #lanes: CommandLanes | undefined;
  #limit: CommandLimit | undefined;
  #connectSeen = false;
  /** Nothing more is taken. */
  #isOver = false;

  constructor({ client, form, line, services, onBroken, address }: IntakeOptions) {
    this.#address = address;
    this.#client = client;
    this.#form = form;
    this.#line = line;
    this.#services = services;
    this.#onBroken = onBroken;
    this.#backlog = new Backlog<Command>((command) => this.#run(command), line);
  }

  frame(bytes: Buffer): void {
    if (this.#isOver) return;
    for (const decoded of this.#form.decode(bytes)) {
      if (this.#client.state === "closed" || this.#isOver) break;
      this.#accept(decoded);
    }
    this.#backlog.work();
  }

  get isBusy(): boolean {
    return !this.#backlog.isIdle || this.#lanes?.isIdle === false;
  }

  /** Takes nothing more. Resolves when what was taken is answered, or its time is over. */
  finish(): Promise<void> {
    this.#isOver = true;
    return this.#lanes === undefined ? this.#backlog.finish() : this.#finishWith(this.#lanes);
  }

  async #finishWith(lanes: CommandLanes): Promise<void> {
    await this.#backlog.finish();
    await orLate(lanes.idle());
  }

  #accept(decoded: Decoded): void {
    switch (decoded.method) {
      case "pong":
        if (!this.#client.takePong()) this.#breakOff("pong without ping");
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
    } else if (this.#client.state === "refused") {
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

  get #isOut(): boolean {
    return this.#client.state === "closed" || this.#client.state === "refused";
  }

  #breakOff(problem: string): void {
    this.#services.logger.debug({ client: this.#client.id, problem }, "protocol broken");
    this.#onBroken(problem);
    // Commands before it, in the same frame perhaps, are answered first.
    void this.finish().then(() => this.#client.disconnect(disconnectCodes.badRequest));
  }

  async #run(command: Command): Promise<void> {
    // What waited behind a refused connect, or for a client that is gone, is not run any more.
    if (this.#isOut) return;
    const { hooks, rpc } = this.#services;
    if ((hooks !== undefined || rpc.asksOthers) && this.#takesLane(command)) return;
    await this.#execute(command);
  }

  /** In its turn it goes on beside the others, and what is behind it need not wait. */
  #takesLane(command: Command): boolean {
    // An answer that is still to come must not subscribe a client that has taken it back.
    if (command.method === "unsubscribe") this.#lanes?.abort(subscribeLane(command.request.channel));
    const lane = laneOf(command, this.#services, this.#lanes);
    if (lane === undefined) return false;
    this.#lanes ??= new CommandLanes({
      run: (next, turn) => this.#execute(next, turn),
      refuse: (next) => this.#settle(next, refuse("tooManyRequests", "too many commands wait for the back end")),
      flow: this.#line,
    });
    this.#lanes.add(command, lane.key);
    return true;
  }

  async #execute(command: Command, turn?: Turn): Promise<void> {
    if (this.#isOut) return;
    const outcome = await executeCommand(this.#client, command, this.#services, turn);
    if (this.#client.state !== "closed") this.#settle(command, outcome);
  }

  #addressed(method: Method, result: Results[keyof Results]): Results[keyof Results] {
    if (method !== "connect" || this.#address === undefined) return result;
    const { session, node } = this.#address;
    return { ...(result as Results["connect"]), session, node };
  }

  #settle({ id, method }: Command, outcome: CommandOutcome): void {
    const { replies } = this.#form;
    this.#services.metrics.commands.inc({ method, outcome: outcome.kind });
    switch (outcome.kind) {
      case "reply":
        // The table has made sure that the result is the method's own.
        this.#line.send(replies.reply(id, method as keyof Results, this.#addressed(method, outcome.result)));
        // SDKs subscribe in the frame in which they connect.
        if (method === "connect" && this.#backlog.hasMore) this.#line.holdBack?.();
        outcome.afterReply?.();
        break;
      case "error":
        if (method === "connect") this.#client.refuse();
        this.#line.send(replies.errorReply(id, outcome.error));
        break;
      case "disconnect":
        this.#client.disconnect(outcome.disconnect);
        break;
      case "silent":
        break;
      default:
        break;
    }
  }
}
