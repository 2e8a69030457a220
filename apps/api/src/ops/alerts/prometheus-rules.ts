import { needRules, type NeedRule, type RuleCode } from "@switchyard/console/need-rules";

/** infra/prometheus/alerts.yml: a rule for each row of the table, with the hold time that alerts of the hub have. */
export function prometheusRules(): string {
  const rules = (Object.entries(needRules) as [RuleCode, NeedRule][]).map(([code, rule]) => ruleText(code, rule));
  return [
    "# Written by `npm run docs` from packages/console/src/needs/need-rules.ts: what the console says needs you, for a Prometheus.",
    "# Every api tells the same, so one of them is taken. A rule holds for as long as an alert of the hub itself would wait.",
    "groups:",
    "  - name: switchyard",
    "    rules:",
    ...rules,
    "",
  ].join("\n");
}

/** What says the same as the code, in PromQL. */
export function promQlOf(code: RuleCode): string {
  if (code === "redis_away") return "absent(switchyard_needs)";
  const urgent = urgentOf(needRules[code]).join("|");
  return `max by (code) (sum by (code, instance) (switchyard_needs{code="${code}",severity=~"${urgent}"})) > 0`;
}

function ruleText(code: RuleCode, rule: NeedRule): string {
  const name = `Switchyard${code.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;
  return [
    `      - alert: ${name}`,
    `        expr: ${quoted(promQlOf(code))}`,
    "        for: 30s",
    `        labels: { severity: ${urgentOf(rule)[0] ?? "notice"} }`,
    "        annotations:",
    `          summary: ${JSON.stringify(rule.means)}`,
    `          description: ${JSON.stringify(rule.todo.en)}`,
  ].join("\n");
}

/** As the formatter leaves it. */
function quoted(text: string): string {
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}

/** A notice wakes nobody, unless there is nothing else it could be. */
function urgentOf({ severities }: NeedRule): readonly string[] {
  const urgent = severities.filter((severity) => severity !== "notice");
  return urgent.length === 0 ? severities : urgent;
}
