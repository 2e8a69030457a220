import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "@switchyard/testkit/seeded-random";
import { unless, type Scenario } from "../scenario.ts";
import { withTaskStage, type TaskStage } from "../tasks/task-stage.ts";

const inFlight = 25;

export const apiKill: Scenario = {
  id: "F27",
  promise:
    "an api killed before it could answer costs nothing: the request is sent again under its key and is one task",
  run: ({ seed, isLong }) =>
    withTaskStage({ workers: 1, apis: 1 }, async (stage) => {
      const wanted = isLong ? 1_000 : 50;
      const requests: Requests = { ids: new Map(), lost: new Set(), replayed: new Set(), broken: [] };
      let next = 0;
      // A kill between enqueueing and answering is what this is about. They all come by chance, so it goes on until one has
      // fallen there; after so many more it has to be said that none does.
      const isDone = () =>
        requests.lost.size >= wanted && (requests.replayed.size > 0 || requests.lost.size >= 10 * wanted);
      const clients = Array.from({ length: inFlight }, async () => {
        while (!isDone()) await submit(stage, `key-${next++}`, requests);
      });
      const kills = await killUntil(stage, isDone, seededRandom(seed));
      await Promise.all(clients);
      await stage.idle();

      const tasks = Map.groupBy(
        stage.effects().filter(({ kind }) => kind === "effect"),
        ({ name }) => name,
      );
      const keys = [...requests.ids.keys()];
      const wrong = keys.filter((key) => {
        const ids = new Set(tasks.get(key)?.map(({ task }) => task));
        return ids.size !== 1 || !ids.has(requests.ids.get(key) ?? "");
      });
      const effects = [...tasks.values()].reduce((sum, { length }) => sum + length, 0);
      return {
        figures: {
          keys: keys.length,
          kills,
          "keys whose answer was lost": requests.lost.size,
          "of these enqueued before the kill": requests.replayed.size,
          "keys with other than one task": wrong.length,
          executions: effects,
        },
        broken: [
          ...requests.broken,
          ...unless(wrong.length === 0, `${wrong.length} keys have other than one task, such as ${wrong[0]}`),
          ...unless(effects === keys.length, `${effects} executions of ${keys.length} keys`),
          // Else the kills came at no interesting moment, and nothing was shown.
          ...unless(requests.replayed.size > 0, "no kill fell between enqueueing and answering"),
        ],
      };
    }),
};

interface Requests {
  /** What each key was answered in the end. */
  readonly ids: Map<string, string>;
  /** Keys whose request was sent and not answered. */
  readonly lost: Set<string>;
  /** Of these, those the hub knew when they were sent again. */
  readonly replayed: Set<string>;
  readonly broken: string[];
}

async function submit(stage: TaskStage, key: string, { ids, lost, replayed, broken }: Requests) {
  const body = { handler: "work", group: `g${ids.size % 20}`, data: { log: stage.log, name: key } };
  while (!ids.has(key)) {
    try {
      const reply = await stage.request("/v1/tasks", {
        method: "POST",
        headers: { "idempotency-key": key },
        body,
      });
      if (reply.status !== 202) broken.push(`${key} was answered ${reply.status}`);
      if (lost.has(key) && reply.headers.get("idempotent-replayed") === "true") replayed.add(key);
      ids.set(key, (reply.body as { id: string }).id);
    } catch (error) {
      if (isNotSent(error)) await sleep(20);
      else lost.add(key);
    }
  }
}

function isNotSent(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as { readonly code?: string };
  return code === "ECONNREFUSED";
}

async function killUntil(stage: TaskStage, isDone: () => boolean, random: () => number): Promise<number> {
  for (let kills = 0; ; kills++) {
    const api = await stage.apis[0]?.ready();
    if (isDone()) return kills;
    await sleep(100 + random() * 300);
    await api?.kill();
  }
}
