import { disconnectCodes, mayReconnect, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import { RateLimit } from "../../entrance/rate-limit.ts";
import type { Client } from "../../session/client.ts";
import { publishAsClient } from "../../session/publish-as-client.ts";
import { orRefusal, type Refusal } from "../../session/refusal.ts";
import { Backlog } from "../backlog.ts";
import { readObject } from "../read-object.ts";
import type { Intake, Line } from "../seat.ts";
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

/** What a client of this door says: first who it is; later what is to be published, where a rule says so, else nothing that counts. */
export class PlainIntake implements Intake {
  readonly #options: PlainIntakeOptions;
  readonly #backlog: Backlog<Buffer>;
  #limit: RateLimit | undefined;
  #isIntroduced = false;

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
    const { client, rules } = this.#options;
    if (client.state === "closed") return;
    if (this.#isIntroduced) return rules.publish === undefined ? undefined : this.#publish(frame);
    this.#isIntroduced = true;
    const end = await letIn(client, frame, this.#options);
    if (end !== undefined) this.#end(end);
  }

  async #publish(frame: Buffer): Promise<void> {
    const { client, services, tell } = this.#options;
    const channel = this.#channelOf(frame);
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
  #channelOf(frame: Buffer): string | undefined {
    const { rules, tell } = this.#options;
    const { fields } = readObject(frame);
    if (fields === undefined) return undefined;
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

function reasonOf(refusal: Refusal): string {
  return refusal.kind === "error" ? refusal.error.publicMessage : refusal.disconnect.reason;
}
