import { readFileSync } from "node:fs";
import { nearestName } from "@switchyard/runtime/nearest-name";
import { expect, test } from "vitest";
import { centrifugoKeys, wholeSections } from "./centrifugo-keys.ts";
import { judge, ruleOf, rules } from "./judge.ts";
import { renderSettingsPage } from "./settings-page.ts";
import { settingsKeys } from "./settings-keys.ts";

const keys = [
  ...centrifugoKeys,
  ...wholeSections.flatMap((section) => [`${section}.enabled`, `${section}.kafka.brokers`]),
];
const pathOf = (key: string) => key.replaceAll("[]", "[0]");

test("docs/from-centrifugo-settings.md says what the command says (else: npm run docs)", () => {
  const page = readFileSync(new URL("../../../docs/from-centrifugo-settings.md", import.meta.url), "utf8");
  expect(page).toBe(renderSettingsPage());
});

test("every key of Centrifugo has a verdict: it is a setting here, or there is a rule for it", () => {
  expect(keys.length).toBeGreaterThan(500);
  expect(keys.filter((key) => !settingsKeys.has(key) && ruleOf(key) === undefined)).toEqual([]);
  const judged = keys.map((key) => ({ key, ...judge({ path: pathOf(key), key, value: "x" }, {}) }));
  const silent = judged.filter(({ verdict, says }) => verdict !== "taken" && says === "");
  expect(silent).toEqual([]);
  expect(judged.filter(({ says }) => says.includes("neither Centrifugo"))).toEqual([]);
});

test("every setting of a section that Centrifugo has, too, is judged, and none is one of Centrifugo's misspelt", () => {
  const sections = new Set(keys.map((key) => key.split(".")[0]));
  const shared = [...settingsKeys.keys()].filter((key) => sections.has(key.split(".")[0]));
  expect(shared.length).toBeGreaterThan(80);
  for (const key of shared) {
    expect(["taken", "differs"]).toContain(judge({ path: pathOf(key), key, value: "x" }, {}).verdict);
  }
  const placeOf = (key: string) => key.replace(/[^.]+$/, "");
  const missed = Map.groupBy(
    Array.from(centrifugoKeys).filter((key) => !settingsKeys.has(key)),
    placeOf,
  );
  const near = shared.filter((key) => {
    return !centrifugoKeys.has(key) && nearestName(key, missed.get(placeOf(key)) ?? []) !== undefined;
  });
  expect(near).toEqual([]);
});

test("no rule is left over: each is of a key that there is, and tells of no key as missing that has come", () => {
  const all = [...keys, ...settingsKeys.keys()];
  const isNeeded = (pattern: string) => {
    const rule = rules[pattern];
    const own = all.filter((key) => ruleOf(key) === rule);
    if (rule?.kind === "differs") return own.some((key) => settingsKeys.has(key));
    return (
      own.some((key) => centrifugoKeys.has(key) || wholeSections.some((section) => key.startsWith(section))) &&
      !own.every((key) => settingsKeys.has(key))
    );
  };
  expect(Object.keys(rules).filter((pattern) => !isNeeded(pattern))).toEqual([]);
});
