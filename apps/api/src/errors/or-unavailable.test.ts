import { HubError } from "@switchyard/protocol/hub-error";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import { expect, test } from "vitest";
import { ApiError } from "./api-error.ts";
import { orOutcomeUnknown, orUnavailable } from "./or-unavailable.ts";

const gone = new Error("Stream isn't writeable and enableOfflineQueue options is false");
const lost = new Error("Connection is closed.");
const ofBroker = (cause: Error) => new HubError("internal", "Redis does not answer; try again", { cause });
const failureOf = (call: (failing: Promise<never>) => Promise<unknown>, error: Error) =>
  call(Promise.reject(error)).then(
    () => expect.unreachable("it fails"),
    (told: unknown) => told,
  );

test("of a call that writes it is said whether it may have been done, of one that reads that there is no answer", async () => {
  for (const error of [gone, ofBroker(gone)]) {
    expect(await failureOf(orUnavailable, error)).toMatchObject({
      code: "unavailable",
      redis: undefined,
      cause: error,
    });
    expect(await failureOf(orOutcomeUnknown, error)).toMatchObject({ code: "unavailable", cause: error });
  }
  for (const error of [lost, ofBroker(lost)]) {
    expect(await failureOf(orUnavailable, error)).toMatchObject({ code: "unavailable", cause: error });
    expect(await failureOf(orOutcomeUnknown, error)).toMatchObject({ code: "outcome_unknown", cause: error });
  }
});

/** As the client library throws what Redis has said. */
const answer = (text: string) => Object.assign(new Error(text), { name: "ReplyError" });

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", "Redis is full (maxmemory), and nothing was done"],
  ["READONLY You can't write against a read only replica.", "Redis is a read-only replica, and nothing was done"],
  ["NOREPLICAS Not enough good replicas to write.", "Redis refuses this for now, and nothing was done"],
])("%s is told as a refusal for now, and not as a missing answer", async (text, words) => {
  for (const error of [answer(text), ofBroker(answer(text))]) {
    for (const call of [orUnavailable, orOutcomeUnknown]) {
      const told = await failureOf(call, error);
      const publicMessage = expect.stringContaining(words) as string;
      expect(told).toMatchObject({ code: "unavailable", redis: "refuses", publicMessage, cause: error });
    }
  }
});

test.each([
  "WRONGTYPE Operation against a key holding the wrong kind of value",
  "ERR user_script:7: attempt to index nil",
])("%s is an answer, which nobody is told to ask for again", async (text) => {
  const wrapped = new Error("not known whether all of it was written", { cause: ofBroker(answer(text)) });
  for (const error of [answer(text), ofBroker(answer(text)), wrapped]) {
    for (const call of [orUnavailable, orOutcomeUnknown]) {
      const told = await failureOf(call, error);
      expect(told).toMatchObject({ code: "internal", cause: error });
      expect((told as ApiError).publicMessage).not.toMatch(/not answer|try again/);
    }
  }
});

test("of a work of which a part was refused nobody says that nothing was done", async () => {
  const error = new Error("not known whether all of it was written", {
    cause: ofBroker(answer("OOM command not allowed")),
  });
  expect(await failureOf(orOutcomeUnknown, error)).toMatchObject({ code: "outcome_unknown" });
});

test.each([
  ["a defect of ours", new TypeError("undefined is not a function")],
  ["a defect of ours with a bound", new RangeError("Invalid array length")],
  ["a defect of ours with what it has read", new SyntaxError("Unexpected token")],
  ["a refusal of the queue", new TaskRejection("field_invalid", "group", "must not be `*`")],
  ["a refusal of the api", new ApiError("forbidden", "the key lacks the scope")],
  ["a refusal of the broker", new HubError("unknownChannel")],
  ["a refusal of the broker for now", new HubError("tooManyRequests")],
])("%s is told as what it is", async (_, error) => {
  expect(await failureOf(orUnavailable, error)).toBe(error);
  expect(await failureOf(orOutcomeUnknown, error)).toBe(error);
});
