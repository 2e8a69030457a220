import Type from "typebox";
import { Duration } from "./duration.ts";
import { Secret } from "./secret.ts";

export const port = (defaultPort: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: defaultPort, description, ownOfProcess: true });
export const host = Type.String({
  ownOfProcess: true,
  default: "127.0.0.1",
  description:
    "Address to listen on; `::` for every interface, IPv6 and IPv4 (IPv4 alone where the machine has no IPv6); `0.0.0.0` for every interface, IPv4 alone.",
});

export const GatewaySection = Type.Object(
  {
    host,
    port: port(8001, "Port of `/connection/…` and of the probes."),
    name: Type.String({
      default: "",
      maxLength: 128,
      ownOfProcess: true,
      description: "What `info` and the logs call this gateway. Empty: the host's name and the port, `web-1:8001`.",
    }),
    drain_window: Duration({
      least: "0s",
      most: "1h",
      default: "5s",
      description:
        "Clients of a gateway that stops are sent away over this time, each at the time it was told, because all of them come back. Few are sent away sooner, a hundred a second. Must be well below `shutdown.timeout`.",
    }),
    skip_taken_ports: Type.Boolean({
      default: false,
      description:
        "Development only: a door whose own port is taken is left out, with a warning. Otherwise the gateway does not start.",
    }),
  },
  { additionalProperties: false, default: {}, description: "The gateway process." },
);

export const ApiSection = Type.Object(
  {
    host,
    port: port(8010, "Port of `/api/*`, `/v1/*`, `/docs` and `/ops/*`."),
    body_limit: Type.Integer({
      minimum: 1024,
      maximum: 268_435_456,
      default: 1_048_576,
      description: "Bytes of a request body; more is refused with 413.",
    }),
    demo: Type.Boolean({
      default: false,
      description: "Development only: serve the demo pages and the routes they call.",
    }),
  },
  { additionalProperties: false, default: {}, description: "The api process." },
);

const WorkerProcesses = Type.Object(
  {
    min: Type.Integer({ minimum: 1, maximum: 256, default: 1, description: "Processes there are always." }),
    max: Type.Integer({
      minimum: 1,
      maximum: 256,
      default: 1,
      description:
        "Processes there are at most. Above 1 the worker is a pool: it starts and retires processes as the backlog needs them, each with `worker.concurrency` slots, and does no work itself. See [scaling workers](how-to/scale-workers.md).",
    }),
    target_wait: Duration({
      least: "100ms",
      most: "24h",
      default: "5s",
      description:
        "A task that could run should not wait longer for a free slot; more processes are started when it does.",
    }),
    drain_timeout: Duration({
      least: "0s",
      most: "7d",
      default: "5m",
      description:
        "What a process that is not needed any more has to finish what it runs; then its tasks are handed back and run again elsewhere.",
    }),
    dry_run: Type.Boolean({
      default: false,
      description: "Keep `min` processes, and only log what would be done.",
    }),
  },
  { additionalProperties: false, default: {}, description: "How many processes a worker has." },
);

export const WorkerSection = Type.Object(
  {
    host,
    port: port(8020, "Port of the probes."),
    concurrency: Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 10,
      description: "Tasks one worker process runs at the same time.",
    }),
    call_concurrency: Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: 50,
      description:
        "Rpcs one worker process answers at the same time, beside its tasks; and as many decisions beside those.",
    }),
    processes: WorkerProcesses,
  },
  { additionalProperties: false, default: {}, description: "The worker process." },
);

/** What a key may be allowed, by what its holder is able to do with it. */
const ApiScope = Type.Union(
  [
    Type.Literal("publish"),
    Type.Literal("subscribe"),
    Type.Literal("disconnect"),
    Type.Literal("presence"),
    Type.Literal("history"),
    Type.Literal("info"),
    Type.Literal("connections"),
    Type.Literal("tasks"),
    Type.Literal("search"),
    Type.Literal("groups"),
    Type.Literal("schedules"),
    Type.Literal("inbox"),
    Type.Literal("alerts"),
  ],
  {
    description:
      "One of `publish`, `subscribe`, `disconnect`, `presence`, `history`, `info`, `connections`, `tasks`, `search`, `groups`, `schedules`, `inbox`, `alerts`.",
  },
);

const ApiKey = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64, description: "Whose key it is, for messages and logs." }),
    key: Secret({ charactersMin: 16, description: "What its holder sends.", isRequired: true }),
    scopes: Type.Array(ApiScope, {
      minItems: 1,
      uniqueItems: true,
      description:
        "What its holder may do: `publish` (publish, broadcast, `…/message`), `subscribe` (subscribe, unsubscribe, `…/channels`), `disconnect` (disconnect, refresh, revoke, block and unblock, `…/close`), `presence` (presence, presence_stats), `history` (history, history_remove), `info` (info, channels), `connections` (`/v1/connections…` and `/v1/users…` for reading and notes, connections, user status), `tasks` (`/v1/tasks…`), `search` (`GET /v1/tasks`, which lists the tasks of everybody, and `…/attempts`, which shows what handlers have said), `groups` (`/v1/groups…`), `schedules` (`/v1/schedules…`, where a message needs `publish` and a notification `inbox`, too), `inbox` (`/v1/inbox…`, `/v1/notifications…`), `alerts` (`/v1/alerts…`).",
    }),
    namespaces: Type.Optional(
      Type.Array(Type.String(), {
        uniqueItems: true,
        description:
          'Namespaces of the channels its holder may name, `user` for what is addressed to users, `""` for channels without a namespace. Left out: all of them.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const HttpApiSection = Type.Object(
  {
    key: Secret({
      charactersMin: 16,
      description: "The key of `X-API-Key` that may do everything. Empty: there is none.",
      env: "SWITCHYARD_API_KEY",
    }),
    keys: Type.Array(ApiKey, {
      default: [],
      description:
        "Further keys, each for one back end and for what that one needs. Without any key every call is refused.",
      secret: true,
    }),
  },
  { additionalProperties: false, default: {}, description: "Who may call `/api/*` and `/v1/*`." },
);
