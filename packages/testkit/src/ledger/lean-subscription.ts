import type { Pub, Reply, SubscribeReply } from "./lean-reply.ts";
import type { StreamPosition } from "./ledger-client.ts";
import { ledgerNow } from "./ledger-record.ts";
import type { Ledger } from "./ledger.ts";

export interface LeanSubscriptionOptions {
  readonly client: string;
  readonly channel: string;
  readonly ledger: Ledger;
  /** Sends a command under the next id, and tells it. */
  readonly send: (command: object) => number;
  /** The SDK's answer to a subscribe that is not answered in time. */
  readonly reconnect: () => void;
}

const replyTimeoutMs = 5_000;
const retryMs = 500;

/** One channel of a lean client: its position, and what it asks for when it comes back. */
export class LeanSubscription {
  readonly #options: LeanSubscriptionOptions;
  #position: { epoch: string; offset: number } | undefined;
  #state: "idle" | "leaving" | "asked" | "subscribed" | "refused" = "idle";
  /** The command whose reply is awaited. */
  #awaited = 0;
  #askedToRecover = false;
  #timer: NodeJS.Timeout | undefined;
  #answered: (() => void) | undefined;

  constructor(options: LeanSubscriptionOptions) {
    this.#options = options;
  }

  get isSubscribed(): boolean {
    return this.#state === "subscribed";
  }

  get position(): StreamPosition | undefined {
    return this.#position;
  }

  /** The subscribe command to send under `id`. */
  begin(id: number): object {
    this.#state = "asked";
    this.#awaited = id;
    this.#askedToRecover = this.#position !== undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#options.reconnect, replyTimeoutMs);
    const position = this.#position;
    const recover = position === undefined ? {} : { recover: true, epoch: position.epoch, offset: position.offset };
    return { subscribe: { channel: this.#options.channel, flag: 1, ...recover } };
  }

  /** For tests of joining: leaves, and joins again with or without its position; resolves when that is answered. */
  async rejoin({ keepPosition }: { keepPosition: boolean }): Promise<void> {
    const { client, channel, ledger, send } = this.#options;
    clearTimeout(this.#timer);
    this.#awaited = send({ unsubscribe: { channel } });
    this.#state = "leaving";
    ledger.write({ kind: "unsubscribed", client, channel, ts: ledgerNow(), code: 0 });
    if (!keepPosition) this.#position = undefined;
    const answered = Promise.withResolvers<void>();
    this.#answered = answered.resolve;
    await answered.promise;
  }

  answer(reply: Reply): void {
    if (reply.id !== this.#awaited) return;
    clearTimeout(this.#timer);
    if (this.#state === "leaving") {
      this.#ask();
    } else if (reply.subscribe !== undefined) {
      this.#subscribed(reply.subscribe);
      this.#answered?.();
    } else if (reply.error?.temporary === true) {
      this.#timer = setTimeout(() => this.#ask(), retryMs);
    } else {
      this.#state = "refused";
    }
  }

  deliver({ offset = 0, data }: Pub, viaRecovery: boolean): void {
    // Still under way when the client left; the SDK does not hand it to the application either.
    if (this.#state === "leaving") return;
    const { client, channel, ledger } = this.#options;
    const epoch = this.#position?.epoch ?? "";
    ledger.write({ kind: "delivery", client, channel, ts: ledgerNow(), id: data.id, epoch, offset, viaRecovery });
    if (this.#position !== undefined) this.#position.offset = offset;
  }

  unsubscribedByServer(code: number): void {
    // Crossed our own unsubscribe on the way.
    if (this.#state === "leaving") return;
    const { client, channel, ledger } = this.#options;
    ledger.write({ kind: "unsubscribed", client, channel, ts: ledgerNow(), code });
    this.#state = "idle";
    if (code >= 2500) this.#timer = setTimeout(() => this.#ask(), Math.random() * retryMs);
  }

  /** The connection is gone. */
  suspend(): void {
    clearTimeout(this.#timer);
    this.#state = "idle";
  }

  #ask(): void {
    // `begin` has not known the id yet.
    this.#awaited = this.#options.send(this.begin(0));
  }

  #subscribed(reply: SubscribeReply): void {
    const { client, channel, ledger } = this.#options;
    const { epoch = "", offset = 0, recovered = false, was_recovering: wasRecovering = false } = reply;
    this.#state = "subscribed";
    const start = recovered && this.#position !== undefined ? this.#position.offset : offset;
    this.#position = { epoch, offset: start };
    ledger.write({
      kind: "subscribed",
      client,
      channel,
      ts: ledgerNow(),
      asked: this.#askedToRecover,
      recovered,
      announced: wasRecovering && !recovered,
      epoch,
      offset: start,
    });
    for (const publication of reply.publications ?? []) this.deliver(publication, true);
  }
}
