import { randomUUID } from "node:crypto";
import type { Uplink } from "@switchyard/broker/node-command";
import type { HttpStream } from "../../carriers/http-stream.ts";

type Line = Pick<HttpStream, "receive">;

/**
 * This node's connections whose commands come by requests of their own, each under a secret that its client alone was told:
 * who knows it speaks as the client. It is not the client's id, which others see in presence.
 */
export class EmulatedLines {
  readonly #lines = new Map<string, Line>();

  /** Returns the secret. */
  add(line: Line): string {
    const session = randomUUID();
    this.#lines.set(session, line);
    return session;
  }

  delete(session: string): void {
    this.#lines.delete(session);
  }

  /** False: there is no such session on this node. */
  take(session: string, frame: Buffer): boolean {
    const line = this.#lines.get(session);
    line?.receive(frame);
    return line !== undefined;
  }

  /** The same for what came by another node. */
  takeUplink(uplink: Uplink): boolean {
    const frame = "text" in uplink ? Buffer.from(uplink.text) : Buffer.from(uplink.base64, "base64");
    return this.take(uplink.session, frame);
  }
}
