/** What the hub sends, as far as the lean client reads it. */
export interface Reply {
  readonly id?: number;
  readonly error?: { readonly code: number; readonly message: string; readonly temporary?: boolean };
  readonly connect?: { readonly ping?: number };
  readonly subscribe?: SubscribeReply;
  readonly push?: {
    readonly channel: string;
    readonly pub?: Pub;
    readonly unsubscribe?: { readonly code: number };
  };
}

export interface SubscribeReply {
  readonly epoch?: string;
  readonly offset?: number;
  readonly recovered?: boolean;
  readonly was_recovering?: boolean;
  readonly publications?: readonly Pub[];
}

export interface Pub {
  readonly offset?: number;
  readonly data: { readonly id: string };
}
