import Type from "typebox";
import { Duration } from "./duration.ts";

export const AllowShortSecrets = Type.Boolean({
  default: false,
  description:
    "Start although a secret is shorter than it should be, and log a warning that names it. For moving here with secrets that are in use; change them and turn this off.",
});

export const RedisSection = Type.Object(
  {
    url: Type.String({
      pattern: "^(rediss?|unix)://",
      hint: 'a URL such as "redis://127.0.0.1:6379"',
      default: "redis://127.0.0.1:6379",
      description:
        "Where Redis (7.0 or newer) or Valkey answers: `redis://[user:password@]host:port[/db]`, or `rediss://` for TLS.",
      env: "SWITCHYARD_REDIS_URL",
    }),
    prefix: Type.String({
      pattern: "^[-a-zA-Z0-9_]{1,32}$",
      hint: 'up to 32 letters, digits, "-" or "_"',
      default: "sy",
      description: "First part of every key and pub/sub channel name, so that several hubs can share a Redis.",
    }),
  },
  { additionalProperties: false, default: {}, description: "The backplane. Every process needs it." },
);

export const LogSection = Type.Object(
  {
    level: Type.Union(
      ["fatal", "error", "warn", "info", "debug", "trace"].map((level) => Type.Literal(level)),
      {
        default: "info",
        description:
          "Least level that is written. error: someone must act; warn: degraded; info: life cycle; debug: per session; trace: per frame.",
      },
    ),
  },
  { additionalProperties: false, default: {}, description: "JSON lines on standard output." },
);

export const ShutdownSection = Type.Object(
  {
    timeout: Duration({
      least: "0s",
      most: "24h",
      default: "30s",
      description: "From SIGTERM to exit. What is not finished by then is cut off and the exit code is 1.",
    }),
  },
  { additionalProperties: false, default: {}, description: "How a process ends." },
);
