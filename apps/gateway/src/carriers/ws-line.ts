import { WebSocket } from "ws";

export interface LineOwner {
  /**
   * The peer's input is over. It closed (both arguments, or none when it gave no code) or it broke the protocol (the code
   * alone). The owner calls `sendClose` soon, with the same arguments.
   */
  endInput(code?: number, reason?: string | Buffer): Promise<void>;
}

/**
 * A WebSocket whose owner decides when its close frame goes out.
 *
 * `ws` answers a peer's close frame, and a frame that breaks the protocol, at once by calling its own `close`. That is too
 * early, because commands before it are not answered yet, and too late, because what the owner writes afterwards would follow
 * the close frame (RFC 6455, section 5.5.1, forbids it). Here `close` only tells the owner, and {@link sendClose} closes.
 */
export class WsLine extends WebSocket {
  owner: LineOwner | undefined;

  /** What is sent may be compressed. */
  get isDeflated(): boolean {
    return this.extensions !== "";
  }

  override close(code?: number, reason?: string | Buffer): void {
    if (this.owner === undefined) super.close(code, reason);
    else void this.owner.endInput(code, reason);
  }

  /** Sends the close frame, once, and destroys the socket when the peer does not end it in time. */
  sendClose(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
  }
}
