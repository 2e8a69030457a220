import Type, { type Static } from "typebox";
import { Duration } from "./duration.ts";
import { SigningSecret } from "./secret.ts";

const attemptsKept = {
  minimum: 0,
  maximum: 100,
  description:
    "Attempts of a task that are noted beside its record, for who looks after it; none is noted of a task that succeeds at its first. 0: none at all.",
};
const logMaxBytes = {
  minimum: 0,
  maximum: 65_536,
  description: "Bytes of what a handler says in an attempt that does not succeed, which are noted with it. 0: none.",
};

const common = {
  timeout: Type.Optional(
    Duration({
      least: "1ms",
      most: "24h",
      default: "60s",
      description: "Time one attempt may take; then it is aborted and counts as failed.",
    }),
  ),
  attempts: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      description: "Attempts before a task is failed, when the task does not say.",
    }),
  ),
  concurrency: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100_000,
      description: "Tasks of it that run at the same time, over all workers and groups; no bound by default.",
    }),
  ),
  attempts_kept: Type.Optional(Type.Integer(attemptsKept)),
  log_max_bytes: Type.Optional(Type.Integer(logMaxBytes)),
  version: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: "Yours, for people: `GET /v1/handlers` shows it." }),
  ),
};

const ModuleHandler = Type.Object(
  {
    kind: Type.Literal("module"),
    module: Type.String({
      minLength: 1,
      description: "Path of a module whose default export is the handler, relative to the settings file.",
    }),
    ...common,
  },
  { additionalProperties: false },
);

const CommandHandler = Type.Object(
  {
    kind: Type.Literal("command"),
    command: Type.Array(Type.String(), { minItems: 1, description: "Program and arguments; no shell is involved." }),
    cwd: Type.Optional(Type.String({ description: "Working directory, relative to the settings file." })),
    ...common,
  },
  { additionalProperties: false },
);

const HttpHandler = Type.Object(
  {
    kind: Type.Literal("http"),
    url: Type.String({
      pattern: "^https?://\\S+$",
      hint: "a URL that begins with http:// or https://",
      description: "Where tasks are POSTed, signed with `tasks.signing_secret`.",
    }),
    ...common,
  },
  { additionalProperties: false },
);

const HandlerSpec = Type.Union([ModuleHandler, CommandHandler, HttpHandler]);
export type HandlerSpec = Static<typeof HandlerSpec>;

export const HandlersSection = Type.Record(Type.String({ pattern: "^[-a-zA-Z0-9_.]{1,64}$" }), HandlerSpec, {
  default: {},
  description:
    'The catalog: handler name to what runs it, `{"kind": "module", "module": "./handlers/test.ts"}`, `{"kind": "command", "command": ["php", "handlers/resize.php"]}` or `{"kind": "http", "url": "https://…"}`.',
});

const GroupRate = Type.Object(
  {
    max: Type.Integer({ minimum: 1, maximum: 1_000_000, description: "Tasks started per window." }),
    per: Duration({ least: "1ms", most: "24h", default: "1s", description: "Length of the window." }),
  },
  { additionalProperties: false },
);

const GroupOptions = Type.Object(
  {
    concurrency: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000,
        description: "Tasks of the group that run at the same time, over all workers; 1 when nothing says otherwise.",
      }),
    ),
    weight: Type.Optional(
      Type.Number({ minimum: 0.01, maximum: 1_000, description: "Its share beside other groups that have work; 1." }),
    ),
    rate: Type.Optional(GroupRate),
    on_failure: Type.Optional(
      Type.Union([Type.Literal("block"), Type.Literal("skip")], {
        description: "Between two attempts of a task its group waits (`block`, the default) or goes on (`skip`).",
      }),
    ),
    pause_after: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        description: "The group is paused when so many of its tasks in a row have failed for good.",
      }),
    ),
    max_size: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000_000, description: "Tasks that may wait in it; no bound by default." }),
    ),
    on_full: Type.Optional(
      Type.Union([Type.Literal("reject"), Type.Literal("drop-oldest"), Type.Literal("drop-newest")], {
        description:
          "What becomes of a task that finds it full: it is refused, or a waiting one, or itself, is cancelled.",
      }),
    ),
  },
  { additionalProperties: false },
);

export const GroupsSection = Type.Record(Type.String({ minLength: 1, maxLength: 128 }), GroupOptions, {
  default: { "*": { concurrency: 1 } },
  description:
    "Options by group; `*` is every group, and what a group of its own name leaves out. What is set at run time (`PUT /v1/groups/:id`) stands above.",
});

export const TasksSection = Type.Object(
  {
    result_ttl: Duration({
      least: "1s",
      most: "30d",
      default: "24h",
      description: "How long a finished task's record is kept.",
    }),
    result_max_bytes: Type.Integer({
      minimum: 1024,
      maximum: 67_108_864,
      default: 65_536,
      description: "Bytes of a result as JSON; a larger one fails the task.",
    }),
    data_max_bytes: Type.Integer({
      minimum: 1024,
      maximum: 67_108_864,
      default: 262_144,
      description: "Bytes of a task's data as JSON; a larger one is refused.",
    }),
    attempts: Type.Integer({
      minimum: 1,
      maximum: 100,
      default: 3,
      description: "Attempts, when neither task nor handler says.",
    }),
    backoff: Duration({
      least: "0s",
      most: "24h",
      default: "1s",
      description: "Wait before the first retry; doubles with each further one.",
    }),
    timeout: Duration({
      least: "1ms",
      most: "24h",
      default: "60s",
      description: "Time one attempt may take, when neither task nor handler says.",
    }),
    attempts_kept: Type.Integer({ ...attemptsKept, default: 20 }),
    log_max_bytes: Type.Integer({ ...logMaxBytes, default: 4_096 }),
    signing_secret: SigningSecret(
      "Signs what is sent to handlers of kind `http` and to callbacks: `whsec_` and base64, or any text. Empty: neither can be used.",
    ),
    signing_previous_secret: SigningSecret(
      "Signs beside `signing_secret` while receivers change over from it; empty when none does.",
    ),
    unknown_handlers: Type.Union([Type.Literal("refuse"), Type.Literal("accept")], {
      default: "refuse",
      description:
        "Tasks whose handler no running worker has: `refuse` them where they are enqueued, or `accept` them for workers that start later. While no worker runs at all they are accepted.",
    }),
    handler_wait: Duration({
      least: "0s",
      most: "240h",
      default: "10m",
      description:
        "How long tasks wait, while workers run and none of them has their handler, before they fail with `handler_unknown`; half a minute more or less. `0s`: they fail at once.",
    }),
    chinese_names: Type.Boolean({
      default: false,
      description:
        'Take tasks whose fields are named as in Chinese tutorials, `{"处理脚本": "test", "data": {…}, "分组": "1", "处理结果": "0"}`: the handler, its data, the group, and no result yet.',
    }),
    callback_allowed_hosts: Type.Array(Type.String(), {
      default: [],
      description:
        "Hosts of callbacks that need not be on the public internet, as they stand in URLs; `host:port` allows that port alone, `host` every port.",
    }),
    callback_allowed_ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
      default: [443, 80],
      description: "Ports that callbacks may be sent to.",
    }),
    lock_duration: Duration({
      // Measured with tasks that only sleep, on a busy machine: with 100ms 5 of 300 were given up as `worker_lost`, with 250ms 1, with 500ms none.
      least: "1s",
      most: "1h",
      default: "10s",
      because: "locks are renewed at half of it, and an event loop now and then stands still for some 100 ms",
      description: "A worker silent for so long has lost its tasks to the others.",
    }),
  },
  { additionalProperties: false, default: {}, description: "Defaults and bounds of tasks." },
);
