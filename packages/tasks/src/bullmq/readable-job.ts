import { isNestedDeeperThan, nestingMax } from "@switchyard/protocol/json-depth";
import { jsonProblem } from "@switchyard/protocol/read-json";

/** A job's fields as Redis has them: names and values by turns. */
export type JobFields = readonly string[];

export interface ReadableJob {
  /** The same, fit for BullMQ, which would throw at others and leave the job where it is, for ever. */
  readonly fields: JobFields;
  /** The job's data as it was written; JSON unless there is a `problem`. */
  readonly dataText: string;
  /** Why it cannot be run. */
  readonly problem: string | undefined;
}

/**
 * Whatever lies in the queue, written by whomever, as a job that can be taken and ended. One whose texts cannot be read is
 * told by `problem` and has texts that can; what BullMQ would stumble over besides is left out: options of the wrong type, and
 * fields that would take the place of what the queue itself knows.
 */
export function readableJob(raw: JobFields): ReadableJob {
  // Of two values of one name BullMQ takes the later one.
  const fields = ["timestamp", "0", "delay", "0", "priority", "0"];
  let [dataText, optionsText, scheduleKey, limits, group] = ["{}", "{}", "", "", ""];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = "", value = ""] = [raw[index], raw[index + 1]];
    if (name === "gid") group = value;
    if (name === "data") dataText = value || dataText;
    else if (name === "opts") optionsText = value || optionsText;
    else if (name === "rjk") scheduleKey = value;
    else if (name === "lim") limits = value;
    else if (wholeNumbers.has(name)) fields.push(name, wholeNumber(value));
    else if (!believed.has(name) && (!jsonFields.has(name) || isJson(value))) fields.push(name, value);
  }
  if (limits !== "") optionsText = withLimits(optionsText, { limits, group });
  const options = parseOptions(optionsText);
  const problem = problemOf(dataText) ?? (typeof options === "string" ? options : undefined);
  fields.push("data", problem === undefined ? dataText : JSON.stringify(dataText));
  fields.push("opts", fitText(options, optionsText));
  // The next run of a schedule is made from this one.
  const isRun = problem === undefined && typeof options !== "string" && typeof options["repeat"] === "object";
  if (isRun && scheduleKey !== "") fields.push("rjk", scheduleKey);
  return { fields, dataText, problem };
}

/** Options of a task of ours as `jobOfTask` has them; what stands in fields of its own is not written twice (enqueue-batches.ts). */
function withLimits(
  optionsText: string,
  { limits, group }: { readonly limits: string; readonly group: string },
): string {
  const [, timeoutMs, resultTtlMs] = /^(\d{1,15}) (\d{1,15})$/.exec(limits) ?? [];
  if (timeoutMs === undefined || !optionsText.startsWith('{"')) return optionsText;
  const own = `"timeoutMs":${timeoutMs},"resultTtlMs":${resultTtlMs}`;
  return `{${group === "" ? "" : `"group":{"id":${JSON.stringify(group)}},`}${own},${optionsText.slice(1)}`;
}

const wholeNumbers: ReadonlySet<string> = new Set(["timestamp", "delay", "priority", "processedOn", "finishedOn"]);
const jsonFields: ReadonlySet<string> = new Set(["progress", "parent"]);
/** BullMQ would believe these rather than the key, and the count of its own scripts. */
const believed: ReadonlySet<string> = new Set(["id", "attemptsMade"]);

function problemOf(dataText: string): string | undefined {
  return isJson(dataText) ? problemOfData(dataText) : "its data is not JSON";
}

/** Of a text that is JSON. Nobody could hand it to a handler as it is, and nothing is changed behind its producer's back. */
export function problemOfData(json: string): string | undefined {
  const problem = jsonProblem(json);
  return problem && `its data ${problem}`;
}

/** A job's options as {@link readableJob} has them. */
export interface JobOptions {
  readonly values: Readonly<Record<string, unknown>>;
  /** Why the job cannot be run. */
  readonly problem?: string;
}

/**
 * Most tasks have the options of the one before, so each text is read once as a rule.
 * @param limits the job's field `lim`
 */
export function readOptions(text: string, limits: string): JobOptions {
  const name = `${limits}\n${text}`;
  const known = knownOptions.get(name);
  if (known !== undefined) return known;
  const all = limits === "" ? text : withLimits(text, { limits, group: "" });
  const parsed = parseOptions(all);
  const options =
    typeof parsed === "string"
      ? { values: {}, problem: parsed }
      : { values: JSON.parse(fitText(parsed, all)) as Record<string, unknown> };
  if (knownOptions.size >= knownMax) knownOptions.clear();
  if (name.length <= knownMaxLength) knownOptions.set(name, options);
  return options;
}

const knownOptions = new Map<string, JobOptions>();
const knownMax = 1_000;
const knownMaxLength = 1_000;

/** A text says why they cannot be read. */
function parseOptions(text: string): Readonly<Record<string, unknown>> | string {
  if (isNestedDeeperThan(nestingMax, text) && isJson(text)) {
    return `its options are nested deeper than ${nestingMax} levels`;
  }
  let options: unknown;
  try {
    options = JSON.parse(text);
  } catch {
    return "its options are not JSON";
  }
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options);
  return isObject ? (options as Record<string, unknown>) : "its options are no object";
}

/** Scripts of BullMQ calculate with these. What else a producer may say is read by `taskOfJob`, which asks for the type. */
const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
  attempts: isCount,
  delay: isCount,
  priority: isCount,
  lifo: (value) => typeof value === "boolean",
  removeOnComplete: isKeeping,
  removeOnFail: isKeeping,
  repeat: (value) => typeof value === "object" && value !== null,
  stackTraceLimit: isCount,
  kl: isCount,
  sizeLimit: isCount,
};

function isFit(name: string, value: unknown): boolean {
  return !Object.hasOwn(fits, name) || fits[name]?.(value) === true;
}

/** Written again only where something is left out. */
function fitText(options: Readonly<Record<string, unknown>> | string, text: string): string {
  if (typeof options === "string") return "{}";
  for (const name in options) {
    if (isFit(name, options[name])) continue;
    return JSON.stringify(Object.fromEntries(Object.entries(options).filter((entry) => isFit(...entry))));
  }
  return text;
}

function isKeeping(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "boolean" || value === -1 || isCount(value);
  const { age, count, limit } = value as { readonly age?: unknown; readonly count?: unknown; readonly limit?: unknown };
  return (
    [age, limit].every((one) => one === undefined || isCount(one)) &&
    (count === undefined || count === -1 || isCount(count))
  );
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function wholeNumber(text = "0"): string {
  const number = Math.trunc(Number.parseFloat(text));
  return Number.isSafeInteger(number) && number > 0 ? String(number) : "0";
}

/** A field that is not there is fine. */
function isJson(text: string | undefined): boolean {
  if (text === undefined) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
