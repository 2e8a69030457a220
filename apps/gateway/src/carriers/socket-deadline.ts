import type { Duplex } from "node:stream";

/** Milliseconds a peer has to end its side once we have ended ours, whatever was the reason. Half a second would do on a good line. */
export const closeTimeoutMs = 5_000;

/**
 * Destroys a socket that has not closed by itself in time. An ended socket stays for as long as its peer likes: until the
 * peer ends its side, too, and has taken what is still to be sent. So whoever ends a socket calls this.
 *
 * Returns how to call it off, for a socket that lives on: others' requests may come over it.
 */
export function destroyAfterCloseTimeout(socket: Duplex): () => void {
  const timer = setTimeout(() => socket.destroy(), closeTimeoutMs);
  const stop = () => clearTimeout(timer);
  socket.once("close", stop);
  return () => {
    stop();
    socket.off("close", stop);
  };
}

/** The same as a listener, one function for all sockets: a closure each would be 400 bytes for every idle connection. */
export function destroyThisAfterCloseTimeout(this: Duplex): void {
  destroyAfterCloseTimeout(this);
}
