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
    expect(await failureOf(orUnavailable, error)).toMatchObject({ code: "unavailable", cause: error });
    expect(await failureOf(orOutcomeUnknown, error)).toMatchObject({ code: "unavailable", cause: error });
  }
  for (const error of [lost, ofBroker(lost)]) {
    expect(await failureOf(orUnavailable, error)).toMatchObject({ code: "unavailable", cause: error });
    expect(await failureOf(orOutcomeUnknown, error)).toMatchObject({ code: "outcome_unknown", cause: error });
  }
});

test.each([
  ["a defect of ours", new TypeError("undefined is not a function")],
  ["a defect of ours with a bound", new RangeError("Invalid array length")],
  ["a refusal of the queue", new TaskRejection("field_invalid", "group", "must not be `*`")],
  ["a refusal of the api", new ApiError("forbidden", "the key lacks the scope")],
  ["a refusal of the broker", new HubError("unknownChannel")],
  ["a refusal of the broker for now", new HubError("tooManyRequests")],
])("%s is told as what it is", async (_, error) => {
  expect(await failureOf(orUnavailable, error)).toBe(error);
  expect(await failureOf(orOutcomeUnknown, error)).toBe(error);
});
