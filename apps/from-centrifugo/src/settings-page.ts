import { centrifugoKeys, wholeSections } from "./centrifugo-keys.ts";
import { ruleOf, rules } from "./judge.ts";
import type { Rule } from "./rule.ts";
import { settingsKeys } from "./settings-keys.ts";

const introduction = `# Centrifugo's settings, one by one

<!-- Made by \`npm run docs\` from apps/from-centrifugo. Do not edit. -->

Every key of a configuration file of Centrifugo 6.9 and what it is here, as \`npm run from-centrifugo\` says it of yours.
[from-centrifugo.md](from-centrifugo.md) tells the whole story, [configuration.md](configuration.md) what each setting does.

- **differs**: the key is taken, with this difference
- **moved**: another key stands for it; the command writes it
- **ignored**: leave it out, nothing is lost
- **refused**: what it asks for cannot be had; what to do instead. A value that asks for nothing (\`false\`, \`0\`, \`""\`, the default) is ignored

A name that ends with \`.*\` is all keys of the section that have no line of their own. A process refuses keys that it does not know, so
only the first list of each section and what differs can stay in a file.
`;

/** The page for people: all keys by section, made from what the command judges by. */
export function renderSettingsPage(): string {
  const keys = [...centrifugoKeys, ...wholeSections.map((section) => `${section}.enabled`)];
  const sections = new Set(keys.map((key) => key.split(".")[0] ?? ""));
  const tables = Array.from(sections, (section) => {
    return renderSection(
      section,
      keys.filter((key) => isIn(key, section)),
    );
  });
  return [introduction, ...tables].join("\n");
}

function isIn(key: string, section: string): boolean {
  return key === section || key.startsWith(`${section}.`);
}

/** One list of what is the same, then a line for each rule, then what only this hub has in the section. */
function renderSection(section: string, keys: readonly string[]): string {
  const taken = keys.filter((key) => settingsKeys.has(key) && ruleOf(key)?.kind !== "differs");
  const rows = Object.entries(rules).flatMap(([pattern, rule]) => {
    const { kind, says } = rule;
    if (!isIn(pattern, section) || !isInForce(pattern, rule, keys)) return [];
    return [`| \`${pattern}\` | ${kind} | ${says.replaceAll("|", "\\|")} |`];
  });
  const table = rows.length === 0 ? [] : ["| key of Centrifugo | here | |", "|---|---|---|", ...rows, ""];
  const own = [...settingsKeys.keys()].filter((key) => isIn(key, section) && !centrifugoKeys.has(key));
  return [`## \`${section}\``, "", ...list("The same here", taken), ...table, ...list("Only here", own)].join("\n");
}

/** A rule counts for the keys that the settings have not got, and a difference for the one they have. */
function isInForce(pattern: string, rule: Rule, keys: readonly string[]): boolean {
  if (rule.kind === "differs") return settingsKeys.has(pattern);
  return keys.some((key) => ruleOf(key) === rule && !settingsKeys.has(key));
}

function list(title: string, keys: readonly string[]): string[] {
  return keys.length === 0 ? [] : [`${title}: ${keys.map((key) => `\`${key}\``).join(", ")}.`, ""];
}
