import type { AppProcess } from "@switchyard/testkit/app-process";
import { openNodeInspector } from "@switchyard/testkit/node-inspector";

/** Lets a process be asked what it holds; its environment. */
export const inspectable = { NODE_OPTIONS: "--inspect=127.0.0.1:0" };

/**
 * What a process started as `inspectable` holds after its garbage is collected, Buffers included. Resident memory says little
 * of that: V8 keeps what it once had, and when it collects is chance.
 */
export async function heldMib({ log }: Pick<AppProcess, "log">): Promise<number> {
  const port = /^Debugger listening on ws:\/\/[\d.]+:(\d+)/m.exec(log.join("\n"))?.[1];
  if (port === undefined) throw new Error("the process is not inspectable");
  const inspector = await openNodeInspector(Number(port));
  const { heapUsed, external } = await inspector.memory().finally(() => inspector.close());
  return Math.round((heapUsed + external) / 2 ** 20);
}
