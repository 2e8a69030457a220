import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { Parting, Transport, TransportEvents } from "../../carriers/transport.ts";
import { pusherClose } from "./close-codes.ts";
import { errorFrame } from "./frames.ts";

/** A line whose client knows the Pusher protocol's close codes, and is told why by a message before the close. */
export class PusherLine implements Transport {
  readonly #carrier: Transport & { listen(events: TransportEvents): void };
  #isEnded = false;

  constructor(carrier: Transport & { listen(events: TransportEvents): void }) {
    this.#carrier = carrier;
  }

  get isBehind(): boolean {
    return this.#carrier.isBehind;
  }

  listen(events: TransportEvents): void {
    this.#carrier.listen(events);
  }

  send(message: Buffer): void {
    this.#carrier.send(message);
  }

  /** @param parting in the hub's codes */
  close(parting: Parting): void {
    this.end(pusherClose(parting));
  }

  /** The same in the protocol's own codes. */
  end({ code, reason }: Disconnect): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#carrier.send(errorFrame(reason, code));
    // The code says when to come back.
    this.#carrier.close({ code, reason, reconnectAfterMs: null });
  }

  pause(): void {
    this.#carrier.pause();
  }

  resume(): void {
    this.#carrier.resume();
  }
}
