import Type, { type Static } from "typebox";

const text = Type.String();
const object = Type.Object({});

/** What the audit tells of one act, or of a login. The order of the fields is the order in which they are written. */
const told = {
  /** `intent` before an act and `outcome` after it: an intent alone is an act whose end nobody knows. The others happen at once. */
  kind: Type.Enum(["intent", "outcome", "login", "logout", "refused"]),
  /** The same for an intent and its outcome. */
  act: text,
  /** A user of `ops.users`, `break-glass`, the name of an API key, or `unknown`. */
  actor: text,
  via: Type.Enum(["page", "key"]),
  /** Unknown for a command of the server API, which may be one of several in a request. */
  address: Type.Optional(text),
  /** The first characters of the login's handle. */
  session: Type.Optional(text),
  /** Method and pattern of the path, `POST /ops/schedules/:id/pause`, or a command of the server API. */
  action: text,
  /** What it is done to, by name. */
  target: Type.Optional(object),
  /** Of an intent: what was asked for, without payloads and secrets. */
  details: Type.Optional(object),
  /** Why, as the person says. */
  reason: Type.Optional(text),
  /** Of an intent: settings and states of the target. */
  before: Type.Optional(object),
  /** Of an outcome: the same, as they are then. */
  after: Type.Optional(object),
  /** Of an outcome. */
  status: Type.Optional(Type.Integer()),
  /** Of a refusal, or of a command that failed. */
  why: Type.Optional(text),
};

const AuditEntry = Type.Object(told);
export type AuditEntry = Readonly<Static<typeof AuditEntry>>;

/** As it is kept. */
export const WrittenEntry = Type.Object({
  /** ISO 8601, by the clock of the api. */
  at: Type.String({ pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$` }),
  /** One life of one api process and book; `seq` counts from 1 in it. */
  chain: text,
  seq: Type.Integer(),
  /** Absent of the first, and in what earlier versions have written. */
  previous: Type.Optional(
    Type.Object({
      /** Of the entry before it in its chain. */
      mac: text,
      /** Of the newest entry of its process that Redis had confirmed: that before it, or an older one. */
      id: Type.Optional(text),
    }),
  ),
  ...told,
});
export type WrittenEntry = Readonly<Static<typeof WrittenEntry>>;
