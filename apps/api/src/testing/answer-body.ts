/**
 * What tests look into. A real answer has some of these fields, and which ones is what the tests find out; so none is optional
 * here, and nothing but a test's own expectation says that it is there.
 */
export interface AnswerBody {
  readonly error: ErrorBody;
  readonly result: ResultBody;
  // A task, and what enqueueing answers.
  readonly id: string;
  readonly channel: string;
  readonly token: string;
  readonly status: string;
  readonly history: readonly object[];
  readonly ahead: number;
  readonly accepted: number;
  readonly refused: number;
  readonly index: number;
  readonly text: string;
  readonly results: readonly AnswerBody[];
  // A batch of commands.
  readonly replies: readonly { readonly error: ErrorBody; readonly history: ResultBody }[];
  // An act on many tasks, and lists of them.
  readonly bulkActs: readonly AnswerBody[];
  readonly untilMs: number;
  // A schedule, and lists of them.
  readonly schedules: readonly AnswerBody[];
  readonly revision: number;
  // An inbox, and what notifying answers.
  readonly items: readonly InboxItemBody[];
  readonly counts: Readonly<Record<"unread" | "unseen" | "total", number>>;
  readonly position: { readonly offset: number; readonly epoch: string };
  readonly changed: number;
  readonly action: string;
  readonly tasks: readonly string[];
  readonly stored: number;
  // A group, and lists of them.
  readonly state: string;
  readonly settings: { readonly concurrency: number };
  readonly concurrency: number;
  readonly waiting: number;
  /** Of a group it is their number, on a page of them the list. */
  readonly deadLetters: readonly AnswerBody[];
  readonly cursor: string | null;
  readonly groups: readonly AnswerBody[];
  readonly handlers: readonly object[];
  // The queue dashboard and the demo pages.
  readonly queues: readonly { readonly counts: object; readonly jobs: readonly { readonly id: string }[] }[];
  readonly apiUrl: string;
}

interface InboxItemBody {
  readonly id: string;
  readonly seq: number;
  readonly title: string;
  readonly readAtMs: number | null;
  readonly readAt: string | null;
}

interface ErrorBody {
  /** A number under `/api`, a word under `/v1`. */
  readonly code: number | string;
  readonly message: string;
  readonly field: string;
}

interface ResultBody {
  readonly offset: number;
  readonly epoch: string;
  readonly until: number;
  readonly publications: readonly { readonly offset: number }[];
  readonly presence: Readonly<Record<string, object>>;
  readonly responses: readonly { readonly result: ResultBody; readonly error: ErrorBody }[];
}
