import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { HubError } from "@switchyard/protocol/hub-error";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { PusherApp } from "@switchyard/pusher/apps";
import { hubChannel } from "@switchyard/pusher/channel";
import { RateLimit } from "../../entrance/rate-limit.ts";
import type { Client } from "../../session/client.ts";
import { Backlog } from "../backlog.ts";
import { sendClientEvent } from "./client-event.ts";
import { errorFrame, frame } from "./frames.ts";
import type { PusherLine } from "./pusher-line.ts";
import { readMessage, textOf, type PusherMessage } from "./read-message.ts";
import { readPositions } from "./read-positions.ts";
import type { PusherShared } from "./services.ts";
import { signIn, type SignedIn } from "./sign-in.ts";
import { subscribe } from "./subscribe.ts";

export interface ConnectionOptions {
  readonly app: PusherApp;
  readonly client: Client;
  readonly line: PusherLine;
  readonly services: PusherShared;
  /** Lets the client be told positions from here on. */
  readonly tellPositions: () => void;
}

/** Refusals a connection may take before it is ended; a client that heeds them never gets there. */
const refusals = { perSecond: 20, burst: 100 };
const tooManyClientEvents = 4301;

const oncePerConnection: ReadonlySet<string> = new Set(["subscribe", "signin"]);

/** One client of the Pusher protocol: what it says, and what this door knows of it beside what every session does. */
export class PusherConnection {
  readonly app: PusherApp;
  readonly client: Client;
  readonly line: PusherLine;
  /** What it has signed cannot be older. */
  readonly openedAtMs = Date.now();
  /** The user it has signed in as. */
  user: SignedIn | undefined;
  /** Where it stands in channels it is about to subscribe to; undefined for a client that does not recover. */
  positions: Map<string, StreamPosition> | undefined;
  /** Rooms and counts it is told of, by channel or user; each lets go of one. */
  readonly releases = new Map<string, () => void>();
  /** Most connections need neither. */
  #clientEvents: RateLimit | undefined;
  #refusals: RateLimit | undefined;
  readonly #services: PusherShared;
  readonly #tellPositions: () => void;
  readonly #messages: RateLimit | undefined;
  readonly #backlog: Backlog<PusherMessage>;

  constructor({ app, client, line, services, tellPositions }: ConnectionOptions) {
    this.app = app;
    this.client = client;
    this.line = line;
    this.#services = services;
    this.#tellPositions = tellPositions;
    this.#messages = services.commandRate && new RateLimit(services.commandRate);
    this.#backlog = new Backlog((message) => this.#run(message), line);
  }

  /** What a client says in any message shows that it is there. */
  frame(bytes: Buffer): void {
    this.client.takePong();
    const message = readMessage(bytes);
    if (typeof message === "string") return this.refuse(message);
    if (this.#messages?.take(performance.now()) === false) {
      this.#services.metrics.throttledCommands.inc();
      return this.refuse("too many messages; send fewer a second");
    }
    this.#backlog.add(message);
    this.#backlog.work();
  }

  get isBusy(): boolean {
    return !this.#backlog.isIdle;
  }

  /** Resolves, soon, when what it has said last is done. */
  finish(): Promise<void> {
    return this.#backlog.finish();
  }

  closed(): void {
    for (const release of this.releases.values()) release();
    this.releases.clear();
  }

  /** Says what was wrong with a message. A client that goes on and on is sent away for a while. */
  refuse(message: string, code: number | null = null): void {
    if (!this.#tell(message, code)) this.client.disconnect(disconnectCodes.tooManyRequests);
  }

  /** The same of client events above their rate, of which a page that follows the mouse has many: it stays. */
  refuseClientEvent(message: string): void {
    this.#tell(message, tooManyClientEvents);
  }

  #tell(message: string, code: number | null): boolean {
    this.#refusals ??= new RateLimit(refusals);
    const isWithinRate = this.#refusals.take(performance.now());
    if (isWithinRate) this.line.send(errorFrame(message, code));
    return isWithinRate;
  }

  /** False above the rate of the app. */
  takeClientEvent(): boolean {
    const perSecond = this.app.client_event_rate;
    this.#clientEvents ??= new RateLimit({ perSecond, burst: perSecond });
    return this.#clientEvents.take(performance.now());
  }

  async #run(message: PusherMessage): Promise<void> {
    if (this.client.state !== "connected") return;
    const { logger, metrics } = this.#services;
    const method = methodOf(message.event);
    try {
      await this.#answer(message);
      metrics.commands.inc({ method, outcome: "reply" });
    } catch (error) {
      metrics.commands.inc({ method, outcome: "error" });
      // Redis does not answer: known, temporary, and logged where it arose.
      const isPassing = error instanceof HubError && error.temporary;
      if (!isPassing) logger.error({ err: error, method }, "a message failed");
      // Clients say these once for a connection, whatever they are answered. A new connection says them again, after a second.
      if (isPassing && oncePerConnection.has(method)) return this.client.disconnect(disconnectCodes.serverError);
      this.refuse("the hub cannot do this at the moment; try again");
    }
  }

  async #answer(message: PusherMessage): Promise<void> {
    switch (message.event) {
      case "pusher:ping":
        return this.line.send(frame({ event: "pusher:pong" }));
      case "pusher:pong":
        return;
      case "pusher:subscribe":
        return subscribe(this, message, this.#services);
      case "pusher:unsubscribe":
        return this.#unsubscribe(textOf(message, "channel"));
      case "pusher:signin":
        return signIn(this, message, this.#services);
      case "hub:recover":
        this.positions = readPositions(message);
        return this.#tellPositions();
      default:
        if (message.event.startsWith("client-")) return sendClientEvent(this, message, this.#services);
        return this.refuse("event: clients may send `client-…` events alone");
    }
  }

  /** Has no answer, subscribed or not. */
  #unsubscribe(name: string): void {
    const channel = hubChannel(this.app, name);
    const subscription = this.client.subscriptions.get(channel);
    if (subscription !== undefined) this.client.leave(subscription);
    this.releases.get(channel)?.();
    this.releases.delete(channel);
  }
}

/** Of a set of our own, for metrics. */
function methodOf(event: string): string {
  const [, method] = /^(?:pusher|hub):(ping|pong|subscribe|unsubscribe|signin|recover)$/.exec(event) ?? [];
  return method ?? (event.startsWith("client-") ? "client_event" : "unknown");
}
