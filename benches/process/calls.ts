/** What one process of a bench can be asked to do: each call takes one plain object and resolves to another. */
export type Calls = { readonly [name: string]: (argument: never) => unknown };

/** The messages on the channel between a bench and its child processes. */
export interface CallMessage {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

export interface ReplyMessage {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}
