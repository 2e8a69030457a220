import { parseDurationMs } from "@switchyard/runtime/duration";
import { nearestName } from "@switchyard/runtime/nearest-name";
import { centrifugoKeys, wholeSections } from "./centrifugo-keys.ts";
import type { Leaf } from "./leaves.ts";
import type { File, Rule, Rules, Writes } from "./rule.ts";
import { channelRules } from "./rules/channel-rules.ts";
import { connectionRules } from "./rules/connection-rules.ts";
import { hookRules } from "./rules/hook-rules.ts";
import { hubRules } from "./rules/hub-rules.ts";
import { settingsKeys } from "./settings-keys.ts";

/**
 * - `taken`: the key means the same here
 * - `differs`: it is taken, with the difference that `says` tells
 * - `moved`: another key stands for it, and has its value in the file that this one amounts to
 * - `ignored`: nothing is lost without it
 * - `refused`: what it asks for cannot be had; `says` tells what to do instead
 *
 * A process refuses every key it does not know, so none of the last three can stay in the file.
 */
export type Verdict = "taken" | "differs" | "moved" | "ignored" | "refused";

export interface Judgement {
  /** `channel.namespaces[0].presence` */
  readonly path: string;
  readonly verdict: Verdict;
  /** Empty where nothing need be said. */
  readonly says: string;
  /** What it comes to in settings of ours, by path. */
  readonly writes: Writes;
}

export const rules: Rules = { ...connectionRules, ...channelRules, ...hookRules, ...hubRules };

/** The rule of a key, or of the nearest section around it that has one for all its keys (`grpc_api.*`). */
export function ruleOf(key: string): Rule | undefined {
  const parts = key.split(".");
  const sections = parts.map((_, index) => `${parts.slice(0, parts.length - index - 1).join(".")}.*`);
  return [key, ...sections].map((pattern) => rules[pattern]).find((rule) => rule !== undefined);
}

export function judge(leaf: Leaf, file: File): Judgement {
  const { path, key, value } = leaf;
  const nothing = { path, verdict: "ignored", says: "asks for nothing", writes: {} } as const;
  if (value === null) return nothing;
  const rule = ruleOf(key);
  if (isSection(key)) return isIdle(value, []) ? nothing : { ...unknown(path, key), says: "must hold keys" };
  // What the settings have now is taken, whatever stood for it before.
  if (settingsKeys.has(key)) return judgeTaken(leaf, rule?.kind === "differs" ? rule : undefined);
  const isKnown = centrifugoKeys.has(key) || wholeSections.some((section) => key.startsWith(section));
  if (rule === undefined || rule.kind === "differs" || !isKnown) return unknown(path, key);
  const own = { path, says: rule.says, writes: {} };
  if (rule.kind === "ignored") return { ...own, verdict: "ignored" };
  if (rule.kind === "refused") {
    return isIdle(value, rule.idle) ? nothing : { ...own, verdict: "refused" };
  }
  const writes = rule.write(value, file, path);
  return typeof writes === "string"
    ? { ...own, verdict: "refused", says: writes }
    : { ...own, verdict: "moved", writes };
}

function judgeTaken({ path, key, value }: Leaf, rule: Extract<Rule, { kind: "differs" }> | undefined): Judgement {
  const isDuration = settingsKeys.get(key)?.hint?.startsWith("a duration") === true;
  const written = isDuration ? toDuration(value) : (rule?.as?.(value) ?? value);
  const isRewritten = written !== value;
  const rewriting = isRewritten ? `written \`${JSON.stringify(written)}\`` : "";
  // What is only of how a value is written, or of values that are not taken, need not be said of one that stays as it is.
  const isSilent = rule?.isBound === true || (rule?.as !== undefined && !isRewritten);
  const says = isSilent ? rewriting : (rule?.says ?? rewriting);
  return { path, verdict: says === "" ? "taken" : "differs", says, writes: { [path]: written } };
}

/** An object, or a list of objects, that is empty where it is told as a value. */
function isSection(key: string): boolean {
  const known = [...centrifugoKeys, ...settingsKeys.keys(), ...wholeSections.map((section) => `${section}.`)];
  return known.some((one) => one.startsWith(`${key}.`) || one.startsWith(`${key}[].`));
}

function unknown(path: string, key: string): Judgement {
  const [section = ""] = key.split(".");
  const nearest = nearestName(
    key,
    Array.from(centrifugoKeys).filter((known) => known.startsWith(`${section}.`)),
  );
  const says =
    nearest === undefined
      ? "neither Centrifugo 6.9 nor this hub has such a key; what only its commercial edition has is in docs/from-centrifugo.md"
      : `neither Centrifugo 6.9 nor this hub has such a key; is it \`${nearest}\`?`;
  return { path, verdict: "refused", says, writes: {} };
}

/** A setting that asks for nothing takes nothing away when it is left out. */
function isIdle(value: unknown, idle: readonly unknown[]): boolean {
  if (value === false || value === 0 || value === "" || value === "0s") return true;
  if (typeof value === "object") return Object.keys(value as object).length === 0;
  return idle.includes(value);
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Go writes durations of several units, `1h30m`; ours have one. What is no duration stays, to be refused by its name. */
function toDuration(value: unknown): unknown {
  if (value === "" || value === 0 || value === "0") return "0s";
  if (typeof value !== "string" || !/^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(value)) return value;
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)([a-zµ]+)/g)];
  const ms = parts.reduce((sum, [, count = "", unit = ""]) => sum + Number(count) * (unitMs[unit] ?? 0), 0);
  if (parts.length === 1 && canParse(value)) return value;
  return ms % 1_000 === 0 ? `${ms / 1_000}s` : `${Math.ceil(ms)}ms`;
}

function canParse(text: string): boolean {
  try {
    parseDurationMs(text);
    return true;
  } catch {
    return false;
  }
}
