/** Why a line is over. */
export type LineEnd =
  /**
   * One of `disconnectCodes`, or what a WebSocket is closed with when its peer breaks RFC 6455: 1002 for a frame that cannot
   * be, 1007 for text that is not UTF-8, 1008 for a message in too many pieces, 1009 for one too large.
   */
  | { readonly by: "us"; readonly code: number; readonly reason?: string }
  /** The peer's code and text; the text is for logs. */
  | { readonly by: "peer"; readonly code: number; readonly reason: string };

/** What peers close with in the ordinary course: done, page left, no code given, line lost. */
const ordinaryCodes = [1000, 1001, 1005, 1006];

/** The end as a label of a metric: one of a set of our own, for a peer may close with any of 2 000 codes. */
export function endLabel(end: LineEnd): string {
  return end.by === "us" || ordinaryCodes.includes(end.code) ? String(end.code) : "other";
}
