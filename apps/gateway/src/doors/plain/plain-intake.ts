import { jsonOfPayload } from "@switchyard/protocol/payload";
import { disconnectCodes, mayReconnect, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { RpcAnswer } from "../../rpc/rpc-ask.ts";
import { RateLimit } from "../../entrance/rate-limit.ts";
import type { Client } from "../../session/client.ts";
import { publishAsClient } from "../../session/publish-as-client.ts";
import { orRefusal, type Refusal } from "../../session/refusal.ts";
import { Backlog } from "../backlog.ts";
import { readObject } from "../read-object.ts";
import type { Intake, Line } from "../seat.ts";
import type { Fields } from "./introduction.ts";
import { letIn, type PlainServices } from "./let-in.ts";
import type { PlainRules } from "./plain-rules.ts";

export interface PlainIntakeOptions {
  readonly client: Client;
  readonly line: Pick<Line, "pause" | "resume">;
  readonly rules: PlainRules;
  readonly services: PlainServices;
  /** Told once per reason: a client of this wire has no other way to learn it than its close frame. */
  readonly tell: (reason: string, what: string) => void;
}

/** Calls of one client on their way at the same time; at more its next message waits for the last of them. */
const asksMax = 32;

/** What a client of this door says: first who it is; later what it calls or publishes, where a rule says so, else nothing that counts. */
export class PlainIntake implements Intake {
  readonly #options: PlainIntakeOptions;
  readonly #backlog: Backlog<Buffer>;
  #limit: RateLimit | undefined;
  #isIntroduced = false;
  #asks = 0;

  constructor(options: PlainIntakeOptions) {
    this.#options = options;
    this.#backlog = new Backlog<Buffer>((frame) => this.#run(frame), options.line);
  }

  frame(bytes: Buffer): void {
    const { client, services } = this.#options;
    if (client.state === "closed") return;
    if (!this.#isWithinRate()) {
      services.metrics.throttledCommands.inc();
      return client.disconnect(disconnectCodes.tooManyRequests);
    }
    this.#backlog.add(bytes);
    this.#backlog.work();
  }

  get isBusy(): boolean {
    return !this.#backlog.isIdle;
  }

  finish(): Promise<void> {
    return this.#backlog.finish();
  }

  /** There is no answer that could ask a client to slow down, so one that does not is sent away. */
  #isWithinRate(): boolean {
    const { commandRate } = this.#options.services;
    if (commandRate === undefined) return true;
    this.#limit ??= new RateLimit(commandRate);
    return this.#limit.take(performance.now());
  }

  async #run(frame: Buffer): Promise<void> {
    const { client } = this.#options;
    if (client.state === "closed") return;
    if (this.#isIntroduced) return this.#takeLater(frame);
    this.#isIntroduced = true;
    const end = await letIn(client, frame, this.#options);
    if (end !== undefined) this.#end(end);
  }

  async #takeLater(frame: Buffer): Promise<void> {
    const { rules } = this.#options;
    if (rules.methodOf === undefined && rules.publish === undefined) return;
    const { fields } = readObject(frame);
    const method = rules.methodOf?.(fields);
    if (method === undefined) return fields === undefined ? undefined : this.#publish(frame, fields);
    const asking = this.#ask(method, frame, fields !== undefined);
    if (this.#asks >= asksMax) await asking;
  }

  /** What a page sends that is no JSON object is a text, as what it is told is one. */
  async #ask(method: string, frame: Buffer, isObject: boolean): Promise<void> {
    const { client, services } = this.#options;
    this.#asks++;
    const payload = isObject ? frame.toString() : JSON.stringify(frame.toString());
    const answer = await orRefusal(() => services.rpc.answer(client, { method, payload }), "rpc", services);
    this.#asks--;
    services.metrics.commands.inc({ method: "rpc", outcome: answer.kind === "answer" ? "reply" : answer.kind });
    if (client.state !== "connected") return;
    if (answer.kind === "disconnect") client.disconnect(answer.disconnect);
    else tellAnswer(client, answer);
  }

  async #publish(frame: Buffer, fields: Fields): Promise<void> {
    const { client, services, tell } = this.#options;
    const channel = this.#channelOf(fields);
    if (channel === undefined) return;
    const refusal = await orRefusal(
      () => publishAsClient(client, { channel, data: frame }, services),
      "publish",
      services,
    );
    services.metrics.commands.inc({ method: "publish", outcome: refusal?.kind ?? "reply" });
    if (refusal !== undefined) tell(reasonOf(refusal), "did not publish what a plain client sent");
  }

  /** Undefined: it is about none, as a heartbeat of the page's own. */
  #channelOf(fields: Fields): string | undefined {
    const { rules, tell } = this.#options;
    const found = rules.publish?.find(fields);
    if (found?.kind === "refused") tell(found.problem, "did not publish what a plain client sent");
    return found?.kind === "channel" ? found.name : undefined;
  }

  #end(end: Disconnect): void {
    const { client, tell } = this.#options;
    // What is temporary is the hub's own trouble, and logged where it arose.
    if (end.detail !== undefined && !mayReconnect(end.code)) tell(end.detail, "refused a plain client");
    client.disconnect(end);
  }
}

/** Whoever answers nothing is not told of; an error is told as an object, which no answer of the page's own need look like. */
function tellAnswer(client: Client, answer: RpcAnswer | (Refusal & { readonly kind: "error" })): void {
  if (answer.kind === "error") {
    const { code, publicMessage: message } = answer.error;
    client.tell({ kind: "message", dataJson: JSON.stringify({ error: { code, message } }) });
  } else if (answer.payload !== undefined && answer.payload !== "null") {
    client.tell({ kind: "message", dataJson: jsonOfPayload(answer.payload) });
  }
}

function reasonOf(refusal: Refusal): string {
  return refusal.kind === "error" ? refusal.error.publicMessage : refusal.disconnect.reason;
}
