/**
 * Requests to the outside: everything the hub POSTs to a service that is not part of it.
 *
 * - *Signed.* Every request carries `webhook-id`, `webhook-timestamp` and `webhook-signature` of Standard Webhooks, over the very
 *   bytes that are sent. With two secrets it is signed by both, with none it is not signed.
 * - *Guarded.* A URL that a producer has chosen is called on the public internet only, and only at the ports of the settings: it
 *   must not reach what this machine or its network alone can reach. A name is resolved once, every one of its addresses is
 *   judged, and the connection is made to the addresses that were judged. A redirect is an answer like any other and is not
 *   followed, so nothing is reached that was not judged. A URL of the settings is the operator's and leads anywhere.
 * - *Bounded.* The signal ends the request at any point, and an answer over its bound fails it.
 */
export interface Outbound {
  /** @throws OutboundRefused when the URL must not be called, else the error of the name look-up or the connection. */
  post(request: OutboundRequest): Promise<OutboundReply>;
}

export interface OutboundRequest {
  readonly url: URL;
  /** Who chose the URL. */
  readonly urlFrom: "operator" | "producer";
  /** JSON. */
  readonly body: string;
  /** Beside those of Standard Webhooks, in lower case: what a receiver of another convention looks for. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the receiver tells repetitions by: the same when the same message is sent again, another for another message. */
  readonly messageId: string;
  readonly signal: AbortSignal;
  /** Bytes of an answer; a longer one is an error. 0: the answer is its status, its body is not read. */
  readonly replyMaxBytes: number;
}

export interface OutboundReply {
  readonly status: number;
  /** Undefined: the body is not UTF-8. */
  readonly text: string | undefined;
  /** Undefined: it does not ask to be left alone for a while. */
  readonly retryAfterMs?: number;
}

export interface OutboundOptions {
  /** The newest first; none for a service that checks no signature, as chats do. */
  readonly secrets: readonly string[];
  /** Hosts the operator trusts wherever they lead, as they stand in URLs; with a port, at that port alone. */
  readonly allowedHosts: readonly string[];
  /** Of URLs that producers chose. */
  readonly allowedPorts: readonly number[];
  /** All addresses of a name; by default what the operating system says. */
  readonly lookup?: Lookup;
}

export type Lookup = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Why a URL is not called. The message is fit to be shown to whoever gave it; asking again does not help. */
export class OutboundRefused extends Error {
  override readonly name = "OutboundRefused";
}

/** An answer is longer than the caller keeps. The service has done its work; asking again would repeat it. */
export class ReplyTooLarge extends Error {
  override readonly name = "ReplyTooLarge";
}
