import type { TSchema } from "typebox";
import Value from "typebox/value";
import { nearestName } from "../nearest-name.ts";
import { outOfBounds } from "./duration.ts";
import type { SettingSchema } from "./environment.ts";

/**
 * What is wrong with a value, as sentences: the field, what it must be, and for an unknown key what was probably meant.
 *
 * It walks the schema itself and asks the library about leaves only. The library's own list stops at 8 errors, and of a
 * choice between kinds it reports every branch; a person wants all of their mistakes and nothing else.
 */
export function describeProblems(schema: TSchema | SettingSchema, value: unknown, field = ""): string[] {
  const { anyOf, properties, patternProperties, type } = schema as SettingSchema;
  if (anyOf !== undefined) return describeChoice(anyOf, value, field);
  if (type === "object") return describeObject({ properties: properties ?? {}, patternProperties }, value, field);
  return describeLeaf(schema as SettingSchema, value, field);
}

function describeChoice(branches: readonly SettingSchema[], value: unknown, field: string): string[] {
  const kindOf = (branch: SettingSchema) => branch.properties?.["kind"]?.const;
  const isByKind = branches.every((branch) => kindOf(branch) !== undefined);
  const chosen = isByKind ? (value as { kind?: unknown } | null)?.kind : value;
  const constantOf = isByKind ? kindOf : (branch: SettingSchema) => branch.const;
  const branch = branches.find((candidate) => constantOf(candidate) === chosen);
  if (branch !== undefined) return isByKind ? describeProblems(branch, value, field) : [];
  const allowed = branches.map((candidate) => JSON.stringify(constantOf(candidate))).join(", ");
  return [`${isByKind ? join(field, "kind") : field}: must be one of ${allowed}`];
}

type ObjectSchema = {
  readonly properties: Readonly<Record<string, SettingSchema>>;
  readonly patternProperties: object | undefined;
};

function describeObject({ properties, patternProperties = {} }: ObjectSchema, value: unknown, field: string): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${field}: must be an object`];
  const patterns = Object.entries(patternProperties as Record<string, SettingSchema>);
  const missing = Object.entries(properties)
    .filter(([key, schema]) => !(key in value) && !("~optional" in schema))
    .map(([key]) => `${join(field, key)}: is missing`);
  // In the order of the schema, which is the order of the page a person reads.
  const order = [...Object.keys(properties), ...Object.keys(value)];
  const inOrder = Object.entries(value).toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const present = inOrder.flatMap(([key, child]) => {
    const [pattern, general] = patterns.find(([source]) => new RegExp(source).test(key)) ?? [];
    const schema = Object.hasOwn(properties, key) ? properties[key] : general;
    if (schema !== undefined) return describeProblems(schema, child, join(field, key));
    if (patterns.length > 0) return [`${join(field, key)}: the name must match ${pattern ?? patterns[0]?.[0]}`];
    return [`${join(field, key)}: unknown key${suggestion(Object.keys(properties), key)}`];
  });
  return [...missing, ...present];
}

function describeLeaf(schema: SettingSchema, value: unknown, field: string): string[] {
  const own = Value.Errors(schema as TSchema, value).filter(({ instancePath }) => instancePath === "");
  const beyond = own.length === 0 ? outOfBounds(schema, value) : undefined;
  const items = Array.isArray(value) && schema.items !== undefined ? schema.items : undefined;
  return [
    ...own.map(
      ({ keyword, message }) =>
        `${field}: ${["pattern", "format"].includes(keyword) && schema.hint !== undefined ? `must be ${schema.hint}` : message}`,
    ),
    ...(beyond === undefined ? [] : [`${field}: ${beyond}`]),
    ...(items === undefined
      ? []
      : (value as unknown[]).flatMap((item, index) => describeProblems(items, item, `${field}[${index}]`))),
  ];
}

function join(field: string, key: string): string {
  return field === "" ? key : `${field}.${key}`;
}

function suggestion(known: readonly string[], key: string): string {
  const nearest = nearestName(key, known);
  return nearest === undefined ? "" : `; did you mean \`${nearest}\`?`;
}
