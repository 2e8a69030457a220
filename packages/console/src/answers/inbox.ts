// What `/v1` answers about the inbox of a user, as far as the console shows it; a test in the api holds the two together.

export interface InboxPageAnswer {
  /** The newest first. */
  readonly items: readonly InboxItemAnswer[];
  readonly counts: InboxCountsAnswer;
  /** Of the next page; null: that was all. */
  readonly cursor: number | null;
}

export interface InboxCountsAnswer {
  readonly unread: number;
  /** Of them, above what was on a screen: the number of a badge. */
  readonly unseen: number;
  readonly total: number;
  /** Unread ones. */
  readonly categories: Readonly<Record<string, number>>;
}

export interface InboxItemAnswer {
  readonly id: string;
  readonly seq: number;
  readonly notification: string;
  readonly title: string;
  readonly body?: string;
  readonly category?: string;
  readonly url?: string;
  readonly data?: unknown;
  readonly actions?: readonly { readonly id: string; readonly label: string }[];
  readonly key?: string;
  readonly critical?: boolean;
  /** How often an item of its key has come. */
  readonly times: number;
  /** The button that was pressed. */
  readonly action: string | null;
  readonly createdAtMs: number;
  readonly readAtMs: number | null;
  readonly archivedAtMs: number | null;
  readonly snoozedUntilMs: number | null;
  readonly expiresAtMs?: number;
}
