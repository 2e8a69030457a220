import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { StartupError } from "@switchyard/runtime/startup-error";

type Environment = Readonly<Record<string, string | undefined>>;

/** What `npm start` decides itself; everything else is in the settings file all processes share. */
export interface DevOptions {
  readonly help: boolean;
  /** Print the key and the secret as `export` lines, and start nothing. */
  readonly printEnv: boolean;
  /** Print every log line of every process instead of warnings and errors. */
  readonly verbose: boolean;
  /** The front door's port; all others are relative to it. */
  readonly port: number;
  readonly gateways: number;
  readonly workers: number;
  /** A Redis that is already there; undefined starts one. */
  readonly redisUrl: string | undefined;
  readonly settingsPath: string;
  /** Data, credentials and logs; kept between starts. */
  readonly directory: string;
}

export const helpText = `npm start [-- --verbose]

Starts Redis, gateways, api, worker and a front door on this machine, for development.

  --verbose   print every log line of every process; default: warnings and errors
  --print-env print the API key, the token secret and the URL as export lines and start nothing:
              eval "$(npm --silent start -- --print-env)"
  --help      this text

  SWITCHYARD_PORT             front door, 8000; the other ports follow: +1… gateways, +10 api, +20… workers, +79 Redis
  SWITCHYARD_GATEWAYS         gateway processes, 1-9, default 2
  SWITCHYARD_WORKERS          workers, 0-9, default 1; each is a pool of processes (worker.processes in the settings file)
  SWITCHYARD_TEXT_PORT        port that takes lines of JSON, 5678; SWITCHYARD_UDP_PORT takes datagrams, 6553 (docs/doors.md)
  SWITCHYARD_PLAIN_PORT       port of pages without a protocol, 1234: new WebSocket("ws://127.0.0.1:1234")
  SWITCHYARD_REDIS_URL        use this Redis instead of starting one
  SWITCHYARD_CONFIG           settings file, default switchyard.dev.json
  SWITCHYARD_DATA             directory of data, credentials and logs, default .switchyard
  SWITCHYARD_API_KEY          instead of the generated key
  SWITCHYARD_TOKEN_SECRET     instead of the generated secret, 32 characters or more
  SWITCHYARD_OPS_PASSWORD     instead of the generated password
  SWITCHYARD_CLIENT_INSECURE  true: clients need no token and may do everything
  SWITCHYARD_LOG_LEVEL        least level that is written and printed
`;

/** @throws StartupError naming the variable or argument and its bounds. */
export function readOptions(args: readonly string[], environment: Environment, root: string): DevOptions {
  const { verbose, help, "print-env": printEnv } = readArguments(args);
  return {
    help,
    printEnv,
    // Who sets a level wants to see it.
    verbose: verbose || text(environment, "SWITCHYARD_LOG_LEVEL") !== undefined,
    // The highest port is Redis', 79 above the front door's.
    port: integer(environment, "SWITCHYARD_PORT", { default: 8000, minimum: 1, maximum: 65_535 - 79 }),
    gateways: integer(environment, "SWITCHYARD_GATEWAYS", { default: 2, minimum: 1, maximum: 9 }),
    workers: integer(environment, "SWITCHYARD_WORKERS", { default: 1, minimum: 0, maximum: 9 }),
    redisUrl: text(environment, "SWITCHYARD_REDIS_URL"),
    settingsPath: resolve(root, text(environment, "SWITCHYARD_CONFIG") ?? "switchyard.dev.json"),
    directory: resolve(root, text(environment, "SWITCHYARD_DATA") ?? ".switchyard"),
  };
}

function readArguments(args: readonly string[]): { verbose: boolean; help: boolean; "print-env": boolean } {
  try {
    const options = {
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      "print-env": { type: "boolean", default: false },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new StartupError("config", `${(error as Error).message.split(". ")[0]}; see npm start -- --help`);
  }
}

function text(environment: Environment, name: string): string | undefined {
  const value = environment[name];
  return value === "" ? undefined : value;
}

function integer(
  environment: Environment,
  name: string,
  bounds: { default: number; minimum: number; maximum: number },
): number {
  const value = Number(text(environment, name) ?? bounds.default);
  if (Number.isInteger(value) && value >= bounds.minimum && value <= bounds.maximum) return value;
  throw new StartupError("config", `${name} must be a whole number from ${bounds.minimum} to ${bounds.maximum}`);
}
