import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { expect, test } from "vitest";
import { prometheusRules, promQlOf } from "../../apps/api/src/ops/alerts/prometheus-rules.ts";
import { needRules, type NeedRule, type RuleCode } from "../../packages/console/src/needs/need-rules.ts";
import { needWords } from "../../packages/console/src/needs/need-words.ts";
import { alertRules } from "../../packages/runtime/src/config/alert-settings.ts";

// What needs somebody is said in five places, from one table: the page, the alerts, the settings, the guide and these rules.

const codes = Object.keys(needRules) as RuleCode[];
const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test("the rules for a Prometheus are those of the table; `npm run docs` writes them", () => {
  const text = read("alerts.yml");
  expect(text).toBe(prometheusRules());
  const { groups } = parse(text) as { groups: { rules: { alert: string; expr: string; for: string }[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.map(({ expr }) => expr)).toEqual(codes.map(promQlOf));
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(codes.length);
  const metrics = rules.flatMap(({ expr }) => [...expr.matchAll(/switchyard_\w+/g)].map(([name]) => name));
  const listed = read("../../docs/metrics.md");
  for (const name of metrics) expect(listed).toContain(`| \`${name}\``);
});

test("the guide has a row for each rule, in its words, and for no other", () => {
  const rows = [...read("../../docs/how-to/console.md").matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)];
  const known = Object.entries(needRules) as [RuleCode, NeedRule][];
  expect(rows.map(([, ...cells]) => cells)).toEqual(
    known.map(([code, { severities, means, todo }]) => [code, severities.join(", "), means, todo.en]),
  );
});

test("the settings know every rule, and every rule has its words in both languages", () => {
  expect([...alertRules].toSorted()).toEqual(codes.toSorted());
  for (const words of Object.values(needWords)) expect(Object.keys(words.titles).toSorted()).toEqual(codes.toSorted());
});
