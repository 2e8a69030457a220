import type { HubError } from "../hub-error.ts";
import type { Push } from "./push.ts";
import type { Results } from "./results.ts";

/**
 * How a door writes what the session says. Each message comes without what stands before or behind it in a frame: that is the carrier's
 * business (`delimitProtobuf`, line breaks, the lines of an event stream).
 *
 * Encodings keep nothing and are shared by all connections of a node.
 */
export interface Encoding {
  /** The answer to a command, under its id. */
  reply<M extends keyof Results>(id: number, method: M, result: Results[M]): Buffer;
  errorReply(id: number, error: Pick<HubError, "code" | "publicMessage" | "temporary">): Buffer;
  /** What the server says unasked, to a connection that also sends. */
  push(push: Push): Buffer;
  /** The same, to a connection that only listens: it gets no replies, so pushes need nothing around them. */
  barePush(push: Push): Buffer;
  readonly ping: Buffer;
}
