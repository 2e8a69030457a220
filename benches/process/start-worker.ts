import { fork } from "node:child_process";
import { once } from "node:events";
import { pinProcess } from "../machine/pin-process.ts";
import type { Calls, ReplyMessage } from "./calls.ts";

/** A child process of the bench, on a core of its own choice, answering typed calls. */
export interface Worker<Served extends Calls> {
  readonly pid: number;
  call<Name extends keyof Served & string>(
    name: Name,
    ...argument: Parameters<Served[Name]>
  ): Promise<Awaited<ReturnType<Served[Name]>>>;
  close(): Promise<void>;
}

export interface WorkerOptions {
  /** The module that calls {@link serveCalls}. */
  readonly module: URL;
  /** Undefined: wherever there is room. */
  readonly core: number | undefined;
  /** Node options, such as `--cpu-prof`. */
  readonly execArgv?: readonly string[];
}

export async function startWorker<Served extends Calls>(options: WorkerOptions): Promise<Worker<Served>> {
  // In a session of its own, like the servers we start as apps: the kernel may share processors out by session.
  const child = fork(options.module, { execArgv: [...(options.execArgv ?? [])], detached: true });
  const pending = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  child.on("message", ({ id, result, error }: ReplyMessage) => {
    const waiting = pending.get(id);
    pending.delete(id);
    if (error === undefined) waiting?.resolve(result as never);
    else waiting?.reject(new Error(`in ${options.module.pathname}: ${error}`));
  });
  child.once("exit", (code, signal) => {
    const ended = new Error(`${options.module.pathname} ended with ${signal ?? code}`);
    for (const { reject } of pending.values()) reject(ended);
  });
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  await pinProcess(pid, options.core);
  return {
    pid,
    call(name, ...[argument]) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        child.send({ id, name, argument });
      });
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.disconnect();
      await exited;
    },
  };
}
