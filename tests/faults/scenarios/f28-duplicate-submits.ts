import { unless, type Scenario } from "../scenario.ts";
import { loginToBoard } from "../tasks/ops-board.ts";
import { withTaskStage } from "../tasks/task-stage.ts";

const copies = 100;

export const duplicateSubmits: Scenario = {
  id: "F28",
  promise:
    "identical requests at once, after the end and after the job was removed are one task, and are answered with its one result",
  run: ({ isLong }) =>
    withTaskStage({ workers: 2, apis: 2 }, async (stage) => {
      const rounds = isLong ? 50 : 3;
      const click = await loginToBoard(stage);
      const broken: string[] = [];
      let requests = 0;
      for (let round = 0; round < rounds; round++) {
        const name = `key-${round}`;
        const submit = async (index: number, data: object = {}) => {
          requests += 1;
          const body = { handler: "work", data: { log: stage.log, name, ...data } };
          const headers = { "idempotency-key": name };
          const reply = await stage.request("/v1/tasks", { method: "POST", headers, body, api: index % 2 });
          return { status: reply.status, id: (reply.body as { id?: string }).id };
        };
        const submitMany = async () => {
          const replies = await Promise.all(Array.from({ length: copies }, (_, index) => submit(index)));
          const ids = new Set(replies.map(({ id }) => id));
          const refused = replies.filter(({ status }) => status !== 202);
          if (ids.size !== 1 || refused.length > 0) broken.push(`${name}: ${ids.size} ids, ${refused.length} refusals`);
          return [...ids].join();
        };
        const result = async (id: string) => JSON.stringify((await stage.request(`/v1/tasks/${id}?wait=20`)).body);
        const id = await submitMany();
        const first = await result(id);
        if ((await submitMany()) !== id) broken.push(`${name}: another task after the end`);
        const removal = await click(`/tasks/${id}/clean`);
        if (removal !== 204) broken.push(`${name}: the board answered ${removal}`);
        if ((await submitMany()) !== id) broken.push(`${name}: another task after the removal`);
        if ((await result(id)) !== first) broken.push(`${name}: another result after the removal`);
        const other = await submit(0, { ms: 1 });
        if (other.status !== 422) broken.push(`${name}: another request was answered ${other.status}`);
      }
      const executions = stage.effects().filter(({ kind }) => kind === "effect").length;
      return {
        figures: { keys: rounds, requests, executions },
        broken: [...broken, ...unless(executions === rounds, `${executions} executions of ${rounds} keys`)],
      };
    }),
};
