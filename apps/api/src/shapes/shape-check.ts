import type { TSchema } from "typebox";
import { Compile } from "typebox/compile";
import Value from "typebox/value";
import { describeProblems, type Problem } from "./request-problems.ts";

/** Nothing when the value has the schema's shape, else what is wrong, as far as it is worth telling. */
export type ShapeCheck = (value: unknown) => readonly Problem[];

/**
 * Compiles a schema, once, into the check that every request goes through. Whether a value fits costs no more than reading it.
 * What is wrong with one that does not is asked of a thinned-out copy: the library looks for every mistake there is, and
 * a body of 80 000 unknown fields has as many.
 */
export function createShapeCheck(schema: TSchema): ShapeCheck {
  const validator = Compile(schema);
  return (value) => {
    if (validator.Check(value)) return [];
    const problems = describeProblems(schema, validator.Errors(thinOut(schema, value)));
    return problems.length > 0 ? problems : [{ field: "", text: "has a shape that is not taken here" }];
  };
}

/** The library reports two problems for an unknown field, and eight in all. */
const unknownFieldsMax = 3;
const wrongEntriesMax = 8;

/** The parts of a schema that say what is inside a value. No request of ours is a choice between shapes. */
interface Inside {
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
}

/** The same value with its first mistakes, at the places where they are. */
function thinOut(schema: TSchema, value: unknown): unknown {
  const { items, properties, patternProperties } = schema as Inside;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return items === undefined ? value : firstItems(items, value);
  const [[name, ofEntries] = []] = Object.entries(patternProperties ?? {});
  if (name !== undefined && ofEntries !== undefined) return firstEntries(new RegExp(name), ofEntries, value);
  return properties === undefined ? value : firstFields(properties, value as Record<string, unknown>);
}

/** Cut behind the last mistake that is told: the others keep their numbers. */
function firstItems(items: TSchema, values: readonly unknown[]): unknown[] {
  const wrong = firstWrong(Array.from(values.entries()), items);
  const last = wrong.length < wrongEntriesMax ? values.length : (wrong.at(-1)?.[0] ?? 0) + 1;
  return values.slice(0, last).map((value) => thinOut(items, value));
}

function firstEntries(name: RegExp, schema: TSchema, value: object): object {
  const misnamed: [string, unknown][] = [];
  for (const entry of Object.entries(value)) {
    if (!name.test(entry[0])) misnamed.push(entry);
    if (misnamed.length === unknownFieldsMax) break;
  }
  return Object.fromEntries([...misnamed, ...firstWrong(Object.entries(value), schema)]);
}

function firstWrong<K>(entries: readonly (readonly [K, unknown])[], schema: TSchema): (readonly [K, unknown])[] {
  const wrong: (readonly [K, unknown])[] = [];
  for (const [key, value] of entries) {
    // Thin first: a copy is as wrong as the value, and checked in no time.
    const thin = thinOut(schema, value);
    if (!Value.Check(schema, thin)) wrong.push([key, thin]);
    if (wrong.length === wrongEntriesMax) break;
  }
  return wrong;
}

function firstFields(properties: NonNullable<Inside["properties"]>, value: Record<string, unknown>): object {
  const fields: [string, unknown][] = [];
  let unknownCount = 0;
  for (const key of Object.keys(value)) {
    const schema = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (schema !== undefined) fields.push([key, thinOut(schema, value[key])]);
    else if (++unknownCount <= unknownFieldsMax) fields.push([key, value[key]]);
  }
  return Object.fromEntries(fields);
}
