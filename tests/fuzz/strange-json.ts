import { pick } from "@switchyard/testkit/mutate-bytes";
import { strangeChannels, strangeValues } from "@switchyard/testkit/strange-values";

/** The parts of a JSON schema that the api's documents use. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly $ref?: string;
}

const texts = [
  "",
  "x",
  "echo",
  "fail",
  "a.b",
  "-",
  "*",
  "..",
  "\u0000",
  "é".repeat(300),
  "\ud800",
  "user1",
  "f1",
  ...strangeChannels,
];
const depthMax = 5;

/** JSON text that a schema asks for, but for a value here and there that it does not. */
export function strangeJson(schema: Schema, random: () => number, depth = 0): string {
  if (random() < 0.03 || depth > depthMax) return pick(strangeValues, random);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices !== undefined) return strangeJson(pick(choices, random), random, depth + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return JSON.stringify(pick(schema.enum, random));
  switch ([schema.type].flat()[0]) {
    case "object":
      return strangeObject(schema, random, depth);
    case "array":
      return `[${Array.from({ length: Math.floor(random() * 4) }, () => strangeJson(schema.items ?? {}, random, depth + 1)).join()}]`;
    case "string":
      return JSON.stringify(pick(texts, random));
    case "integer":
    case "number":
      return strangeNumber(schema, random);
    case "boolean":
      return String(random() < 0.5);
    default:
      return pick(strangeValues, random);
  }
}

function strangeObject({ properties = {}, required = [] }: Schema, random: () => number, depth: number): string {
  const fields = Object.entries(properties)
    .filter(([name]) => (required.includes(name) ? random() < 0.98 : random() < 0.4))
    .map(([name, schema]) => `${JSON.stringify(name)}:${strangeJson(schema, random, depth + 1)}`);
  if (random() < 0.05) fields.push(`${JSON.stringify(pick(texts, random))}:${pick(strangeValues, random)}`);
  return `{${fields.join()}}`;
}

function strangeNumber({ minimum = 0, maximum = 2 ** 31 }: Schema, random: () => number): string {
  const near = [minimum, maximum, minimum + 1, minimum - 1, maximum + 1, Math.round(minimum + random() * 100)];
  return random() < 0.9
    ? String(pick(near, random))
    : pick(["1e400", "0.5", "-0", "9007199254740993", "1.0", "NaN"], random);
}

/** A text for a place in a path. */
export function strangeText(random: () => number): string {
  return pick(texts, random).toWellFormed();
}
