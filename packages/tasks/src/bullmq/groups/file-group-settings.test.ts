import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { fileGroupSettings } from "./file-group-settings.ts";
import { parseGroupName } from "../../group-name.ts";
import { defaultGroupSettings, packSettings, unpackSettings } from "./settings.ts";

const read = (groups: object) => fileGroupSettings(checkSettings({ groups }).groups);

test("a group takes what it leaves out from `*`, and that from the defaults", () => {
  const settings = read({
    "*": { concurrency: 5, on_full: "drop-oldest" },
    mail: { weight: 2.5, rate: { max: 10, per: "1m" }, pause_after: 3, max_size: 1000 },
  });
  expect(settings.get("*")).toEqual({ ...defaultGroupSettings, concurrency: 5, onFull: "drop-oldest" });
  expect(settings.get(parseGroupName("mail"))).toEqual({
    concurrency: 5,
    weight: 2.5,
    rate: { max: 10, perMs: 60_000 },
    onFailure: { pauseAfter: 3 },
    maxSize: 1000,
    onFull: "drop-oldest",
  });
});

test("settings come out of Redis as they went in", () => {
  const settings = read({
    "*": {},
    a: { rate: { max: 1, per: "1s" }, max_size: 7, on_full: "drop-newest", on_failure: "skip", weight: 0.5 },
    b: { pause_after: 9 },
  });
  for (const own of settings.values()) expect(unpackSettings(packSettings(own))).toEqual(own);
});
