import { eventually } from "@switchyard/testkit/eventually";
import type { AppProcess } from "@switchyard/testkit/app-process";
import { WebSocket } from "ws";

/** Lets a process be asked what it holds; its environment. */
export const inspectable = { NODE_OPTIONS: "--inspect=127.0.0.1:0" };

/**
 * What a process started as `inspectable` holds after its garbage is collected, Buffers included. Resident memory says little
 * of that: V8 keeps what it once had, and when it collects is chance.
 */
export async function heldMib({ log }: Pick<AppProcess, "log">): Promise<number> {
  const url = log.map((line) => /^Debugger listening on (ws:\S+)/.exec(line)?.[1]).find((found) => found !== undefined);
  if (url === undefined) throw new Error("the process is not inspectable");
  const socket = new WebSocket(url);
  const answers = new Map<number, string>();
  socket.on("message", (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString()) as { id: number; result: { result?: { value: string } } };
    answers.set(id, result.result?.value ?? "");
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const ask = (id: number, method: string, params: object = {}) => {
    socket.send(JSON.stringify({ id, method, params }));
    return eventually(() => answers.get(id) ?? Promise.reject(new Error(`no answer to ${method}`)), {
      timeoutMs: 30_000,
    });
  };
  // The memory of Buffers is counted as free a collection after their own.
  for (const id of [1, 2]) await ask(id, "HeapProfiler.collectGarbage");
  const used = await ask(3, "Runtime.evaluate", { expression: "JSON.stringify(process.memoryUsage())" });
  socket.terminate();
  const { heapUsed, external } = JSON.parse(used) as NodeJS.MemoryUsage;
  return Math.round((heapUsed + external) / 2 ** 20);
}
