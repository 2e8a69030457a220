import { expect, test } from "vitest";
import { useTasks } from "../testing/task-fixture.ts";

const { queue } = useTasks();

test("what is hidden is asked nothing: a search for what it is comes as far as one for what there is not", async () => {
  const hidden = Array.from({ length: 320 }, (_, index) => ({ handler: "test", group: `h${index % 9}`, user: "carl" }));
  const own = Array.from({ length: 3 }, () => ({ handler: "test", group: "own", user: "ann" }));
  await queue().enqueueMany([...own.slice(0, 1), ...hidden, ...own.slice(1)]);
  const sees = (group: string) => group === "own";
  const find = async (user: string, cursor?: string) =>
    queue().search.find({ user, limit: 1, sees, ...(cursor !== undefined && { cursor }) });
  const [carls, nobodys] = [await find("carl"), await find("nobody")];
  expect({ ...carls, readAtMs: 0 }).toEqual({ ...nobodys, readAtMs: 0 });
  expect(carls).toMatchObject({ tasks: [], cursor: "", examined: 323 });

  // Whatever lies between, each of one's own is on one page.
  const found: string[] = [];
  for (let page = await find("ann"); ; page = await find("ann", page.cursor)) {
    found.push(...page.tasks.map(({ id }) => id));
    if (page.cursor === "") break;
  }
  expect(new Set(found).size).toBe(3);
  expect(found).toHaveLength(3);
});
