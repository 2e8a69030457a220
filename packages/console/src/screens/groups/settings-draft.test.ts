import { expect, test } from "vitest";
import type { GroupSettingsAnswer } from "../../answers/tasks.ts";
import { draftOf, patchOf } from "./settings-draft.ts";

const settings: GroupSettingsAnswer = {
  concurrency: 1,
  weight: 1,
  rate: null,
  onFailure: "block",
  maxSize: null,
  onFull: "reject",
};

test.each([
  [1_000, "1", "1000"],
  [90_000, "90", "1000"],
  [60_000, "1", "60000"],
  [86_400_000, "24", "3600000"],
  [1_500, "1500", "1"],
])("a rate per %i ms stands in the fields as %s of %s ms, and is sent as it was", (perMs, ratePer, rateUnitMs) => {
  const given = { ...settings, rate: { max: 10, perMs } };
  expect(draftOf(given)).toMatchObject({ rateMax: "10", ratePer, rateUnitMs });
  expect(patchOf(draftOf(given))).toEqual(given);
});

test("without a rate a second is offered, and parts of a second are whole milliseconds", () => {
  const draft = draftOf(settings);
  expect(draft).toMatchObject({ rateMax: "", ratePer: "1", rateUnitMs: "1000" });
  expect(patchOf({ ...draft, rateMax: "5", ratePer: "1.005" })).toMatchObject({ rate: { max: 5, perMs: 1_005 } });
});

test("what is no number is sent as it stands, for the api to say so", () => {
  const draft = { ...draftOf(settings), concurrency: "many", rateMax: "10/1s", ratePer: "soon" };
  expect(patchOf(draft)).toMatchObject({ concurrency: "many", rate: { max: "10/1s", perMs: "soon" } });
});
