import { createLogger } from "@switchyard/runtime/logger";
import type { TaskId } from "@switchyard/protocol/task-id";
import { expect, test } from "vitest";
import type { ScriptPlace } from "../redis/define-script.ts";
import { createRunApart } from "./run-apart.ts";

const never = new AbortController().signal;

/** Without a Redis: notes that cannot be written keep nothing from being run. */
function stand() {
  const place = { redis: { status: "end" } } as unknown as ScriptPlace;
  return createRunApart({ place, logger: createLogger({ app: "test", level: "silent" }) });
}

const suspect = (id: string, losses = 1) => ({ id: id as TaskId, losses });

test("tasks that have lost a worker are begun one after the other, and others at once", async () => {
  const runApart = stand();
  const begun: string[] = [];
  const gates = new Map<string, () => void>();
  const run = (id: string) => () =>
    new Promise<string>((resolve) => {
      begun.push(id);
      gates.set(id, () => resolve(id));
    });
  const all = ["a", "b", "c"].map((id) => runApart(suspect(id), never, run(id)));
  const fresh = runApart(suspect("fresh", 0), never, run("fresh"));
  await expect.poll(() => begun.toSorted()).toEqual(["a", "fresh"]);
  gates.get("a")?.();
  expect(await all[0]).toBe("a");
  await expect.poll(() => begun).toContain("b");
  expect(begun).not.toContain("c");
  gates.get("b")?.();
  await expect.poll(() => begun).toContain("c");
  gates.get("c")?.();
  gates.get("fresh")?.();
  expect(await Promise.all([...all, fresh])).toEqual(["a", "b", "c", "fresh"]);
});

test("one that is interrupted while it waits goes, and those behind it keep their turn", async () => {
  const runApart = stand();
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  const interrupt = new AbortController();
  const a = runApart(suspect("a"), never, () => first.promise.then(() => void order.push("a")));
  const b = runApart(suspect("b"), interrupt.signal, async () => void order.push("b goes"));
  const c = runApart(suspect("c"), never, async () => void order.push("c"));
  interrupt.abort(new Error("the worker stops"));
  await b;
  // As many steps as the third would take to begin, if it were let pass.
  for (let times = 0; times < 2; times += 1) await stand()(suspect("other"), never, () => Promise.resolve());
  expect(order).toEqual(["b goes"]);
  first.resolve();
  await Promise.all([a, c]);
  expect(order).toEqual(["b goes", "a", "c"]);
});
