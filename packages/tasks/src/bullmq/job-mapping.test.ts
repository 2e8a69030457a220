import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { acceptRequest } from "../accept-request.ts";
import { createTaskPolicy } from "../task-policy.ts";
import { jobOfTask, taskOfJob, type JobLike } from "./job-mapping.ts";

const settings = checkSettings({});
const policy = createTaskPolicy(settings.tasks, settings.handlers);

const taskOf = (job: Partial<JobLike>) =>
  taskOfJob({ id: "7", name: "resize", data: {}, opts: {}, ...job }, policy).task;

test("a task of ours comes back as it went in", () => {
  const request = {
    handler: "resize",
    data: { url: "x" },
    group: "g",
    user: "u",
    attempts: 7,
    backoff: { delayMs: 5, kind: "fixed" },
    timeoutMs: 9,
    resultTtlMs: 1_234,
    caller: { client: "c1", user: "u", method: "m" },
  } as const;
  const accepted = acceptRequest(request, policy, Date.now());
  const { name, data, opts } = jobOfTask(accepted);
  const mapped = taskOfJob({ id: accepted.id, name, data, opts }, policy);
  const { resultTtlMs, ...task } = request;
  expect(mapped).toEqual({ task: { id: accepted.id, ...task }, dataJson: '{"url":"x"}', resultTtlMs });
});

test("the seed's task format is understood, its placeholder result ignored", () => {
  const data = { handler: "test", data: { test: "test" }, group: "1", result: "0" };
  expect(taskOf({ name: "anything", data })).toMatchObject({ handler: "test", data: { test: "test" }, group: "1" });
});

test("a job without a handler in its data runs by its name", () => {
  expect(taskOf({ data: { data: 5, group: 1 } })).toMatchObject({ handler: "resize", data: 5, group: "1" });
});

test("data of any other shape is the task's data as a whole", () => {
  expect(taskOf({ data: { url: "x", group: "g" } })).toMatchObject({ data: { url: "x", group: "g" }, group: "g" });
  expect(taskOf({ data: { data: 1, other: 2 } })).toMatchObject({ data: { data: 1, other: 2 } });
  expect(taskOf({ data: { data: 1, caller: "ann" } })).toMatchObject({ data: { data: 1, caller: "ann" } });
  expect(taskOf({ data: [1, 2] })).toMatchObject({ handler: "resize", data: [1, 2] });
  expect(taskOf({ data: {} })).toMatchObject({ data: {} });
});

test("the group in the options wins over the one in the data", () => {
  const data = { data: null, group: "data" };
  expect(taskOf({ data, opts: { group: { id: "options" } } }).group).toBe("options");
});

test("a group that cannot be used becomes one lane all the same", () => {
  const [first, second] = [
    taskOf({ data: { data: 1, group: "g".repeat(500) } }),
    taskOf({ data: { data: 2, group: "g".repeat(500) } }),
  ];
  expect(first.group).toMatch(/^sha1-[0-9a-f]{40}$/);
  expect(second.group).toBe(first.group);
});

test("what a producer of its own does not say comes from the policy", () => {
  expect(taskOf({ opts: { attempts: 0 } })).toMatchObject({ attempts: 3, timeoutMs: 60_000 });
  expect(taskOf({ opts: { attempts: 9, backoff: 50 } })).toMatchObject({
    attempts: 9,
    backoff: { kind: "fixed", delayMs: 50 },
  });
});

test("data as JSON has every number as its producer spelled it", () => {
  const dataJson = (text: string) =>
    taskOfJob({ id: "7", name: "resize", data: JSON.parse(text), opts: {} }, policy, text).dataJson;
  expect(dataJson('{"handler":"x","data": {"id": 9007199254740993,\n"price":1.0}}')).toBe(
    '{"id":9007199254740993,"price":1.0}',
  );
  expect(dataJson('{"id":1e400,"file":"a"}')).toBe('{"id":1e400,"file":"a"}');
  expect(dataJson("18446744073709551615")).toBe("18446744073709551615");
});
