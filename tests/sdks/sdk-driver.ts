import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { eventually } from "@switchyard/testkit/eventually";

/** How to start an SDK's driver: a small program around it that the test talks to in lines of JSON. */
export interface Sdk {
  /** As `Go, Protobuf`. */
  readonly name: string;
  readonly command: readonly string[];
  readonly format: "json" | "protobuf";
}

/**
 * What drivers tell of their own accord:
 *
 *     {"event": "ready"}        the program runs
 *     {"event": "connected"}    {"event": "connecting" | "disconnected", "code"}
 *     {"event": "subscribed", "wasRecovering", "recovered"}    {"event": "publication", "data", "offset"}
 *     {"event": "token"}        the SDK asks the application for a token; answered by {"do": "token", "token"}, empty for none
 */
export interface DriverEvent {
  readonly event: "ready" | "connected" | "connecting" | "disconnected" | "subscribed" | "publication" | "token";
  readonly code?: number;
  readonly wasRecovering?: boolean;
  readonly recovered?: boolean;
  readonly data?: unknown;
  readonly offset?: number;
}

/** What drivers are told; each line has an `id`, and is answered by `{"id", "result"}` or `{"id", "error": {code, message}}`. */
export type DriverCommand =
  | { readonly do: "connect"; readonly url: string; readonly token: string }
  | { readonly do: "subscribe"; readonly channel: string }
  | { readonly do: "publish"; readonly channel: string; readonly data: unknown }
  | { readonly do: "history"; readonly channel: string; readonly limit: number }
  | { readonly do: "presence"; readonly channel: string }
  | { readonly do: "token"; readonly token: string };

type Answer = { readonly result: unknown } | { readonly error: { readonly code: number; readonly message: string } };

/** One client of an SDK, in a process of its own. */
export interface SdkClient {
  readonly events: readonly DriverEvent[];
  /** Resolves to the result. @throws Error with the code of the reply. */
  tell(command: DriverCommand): Promise<unknown>;
  /** The first event that fits, now or when it comes. */
  event(fits: Partial<DriverEvent>): Promise<DriverEvent>;
  close(): void;
}

export function startSdkClient(sdk: Sdk): SdkClient {
  const [command = "", ...args] = sdk.command;
  // Only this much of the environment: a proxy that is set in it would be asked for the loopback.
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
  const child = spawn(command, [...args, sdk.format], { env });
  const events: DriverEvent[] = [];
  const answers = new Map<number, Answer>();
  const complaints: string[] = [];
  child.on("error", (error) => complaints.push(String(error)));
  child.stdin.on("error", () => undefined);
  createInterface({ input: child.stderr }).on("line", (line) => complaints.push(line));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line) as DriverEvent | (Answer & { readonly id: number });
    if ("event" in message) events.push(message);
    else answers.set(message.id, message);
  });
  const missing = (what: string) =>
    new Error(`${sdk.name}: ${what} has not come; ${JSON.stringify(events.slice(-8))}\n${complaints.join("\n")}`);

  let lastId = 0;
  return {
    events,
    async tell(line) {
      const id = ++lastId;
      child.stdin.write(`${JSON.stringify({ id, ...line })}\n`);
      const answer = await eventually(() => answers.get(id) ?? raise(missing(`the answer to ${line.do}`)), patience);
      if ("result" in answer) return answer.result;
      throw Object.assign(new Error(answer.error.message), { code: answer.error.code });
    },
    event(fits) {
      const isIt = (event: DriverEvent) =>
        Object.entries(fits).every(([key, value]) => event[key as keyof DriverEvent] === value);
      return eventually(() => events.find(isIt) ?? raise(missing(JSON.stringify(fits))), patience);
    },
    // A driver ends with its input, also when this process is killed.
    close: () => void child.stdin.end(),
  };
}

const patience = { timeoutMs: 20_000 };

function raise(error: Error): never {
  throw error;
}
