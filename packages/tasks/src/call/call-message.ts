import type { TaskId } from "@switchyard/protocol/task-id";
import type { Caller } from "../handler.ts";
import type { CallReply, CallSource, HandlerCall } from "./handler-caller.ts";

/**
 * What travels between asker and worker: a line that says what it is, and JSON of users behind it that nothing on the way parses.
 *
 *   call    {"handler","source","replyTo","caller"?,"idempotencyKey"?}⏎<data>
 *   reply   <id> <kind> <JSON, or nothing>
 */
export interface CallMessage {
  readonly handler: string;
  readonly source: CallSource;
  /** The pub/sub name the asker listens to. */
  readonly replyTo: string;
  readonly caller?: Caller;
  readonly idempotencyKey?: string;
}

export function encodeCall(
  { handler, source, caller, idempotencyKey, dataJson }: HandlerCall,
  replyTo: string,
): string {
  const message: CallMessage = {
    handler,
    source,
    replyTo,
    ...(caller !== undefined && { caller }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
  return `${JSON.stringify(message)}\n${dataJson}`;
}

/** @throws SyntaxError for what no asker of ours has written. */
export function decodeCall(text: string): { readonly message: CallMessage; readonly dataJson: string } {
  const end = text.indexOf("\n");
  // Within a JSON text a line break stands between its parts, never in one; programs are given the text on one line.
  const dataJson = text.slice(end + 1).replaceAll(/[\r\n]/g, " ");
  return { message: JSON.parse(text.slice(0, end)) as CallMessage, dataJson };
}

/** What a worker answers; the other replies are the asker's own. */
export type AnsweredReply = Extract<CallReply, { kind: "result" | "error" | "too_large" | "failed" | "no_worker" }>;

export function encodeReply(id: TaskId, reply: AnsweredReply): string {
  const { kind, ...rest } = reply;
  return `${id} ${kind} ${reply.kind === "result" ? reply.dataJson : JSON.stringify(rest)}`;
}

/** Undefined for what is no reply. */
export function decodeReply(text: string): { readonly id: string; readonly reply: AnsweredReply } | undefined {
  const idEnd = text.indexOf(" ");
  const kindEnd = text.indexOf(" ", idEnd + 1);
  if (idEnd < 1 || kindEnd < 0) return undefined;
  const kind = text.slice(idEnd + 1, kindEnd) as AnsweredReply["kind"];
  const json = text.slice(kindEnd + 1);
  try {
    const reply = kind === "result" ? { kind, dataJson: json } : ({ kind, ...JSON.parse(json) } as AnsweredReply);
    return { id: text.slice(0, idEnd), reply };
  } catch {
    return undefined;
  }
}
