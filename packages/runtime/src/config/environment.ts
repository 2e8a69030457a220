import type { TSchema } from "typebox";
import { nearestName } from "../nearest-name.ts";

/** The parts of a JSON schema that settings are made of. */
export interface SettingSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly items?: SettingSchema;
  readonly anyOf?: readonly SettingSchema[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  /** A short name beside the derived one. */
  readonly env?: string;
  readonly secret?: boolean;
  /** Nobody is shown it, though it is not made by `Secret`: a private key of the hub's own, or a hash of a password. */
  readonly hidden?: boolean;
  /** Each process has its own, such as a port, so processes that differ in it do not differ. */
  readonly ownOfProcess?: boolean;
  /** Of a secret: fewer can be guessed. */
  readonly charactersMin?: number;
  /** What a pattern means, for people: "must be …". */
  readonly hint?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of a duration. */
  readonly least?: string;
  readonly most?: string;
  readonly because?: string;
  readonly patternProperties?: object;
  /** The list of the settings whose entries have the same keys, and explain them. */
  readonly sameAs?: string;
}

/** Whether only its process may know it. */
export function isSecret({ secret, hidden }: SettingSchema): boolean {
  return secret === true || hidden === true;
}

/** Of a choice between kinds the schema of the one that a value is of. */
export function branchFor(schema: SettingSchema, value: object): SettingSchema {
  const { kind } = value as { readonly kind?: unknown };
  return schema.anyOf?.find(({ properties }) => properties?.["kind"]?.const === kind) ?? schema;
}

export interface Leaf {
  readonly path: readonly string[];
  readonly schema: SettingSchema;
  /** Every variable that sets it; the short one wins. */
  readonly variables: readonly string[];
}

/** Every setting that holds a value of its own, in the order of the schema. */
export function leavesOf(schema: TSchema | SettingSchema, path: readonly string[] = []): Leaf[] {
  const { properties, env } = schema as SettingSchema;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([key, child]) => leavesOf(child, [...path, key]));
  }
  const derived = `SWITCHYARD_${path.join("_").toUpperCase()}`;
  const variables = env === undefined || env === derived ? [derived] : [env, derived];
  return [{ path, schema: schema as SettingSchema, variables }];
}

/** Of `npm start`, of Compose and of the lines in docs, and what Kubernetes makes of the names of services. */
const others =
  /^SWITCHYARD_(?:CONFIG|URL|PORT|GATEWAYS|APIS|WORKERS|DATA|WORKER_IMAGE|.*_SERVICE_(?:HOST|PORT.*)|.*_PORT_\d+_.*)$/;

/** The variables that look like ours and set nothing, each with the one it was probably meant to be: slips that nobody is told of else. */
export function unknownVariables(schema: TSchema, environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = leavesOf(schema).flatMap(({ variables }) => variables);
  const isKnown = new Set(known);
  return Object.keys(environment)
    .filter((name) => name.startsWith("SWITCHYARD_") && !isKnown.has(name) && !others.test(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      return nearest === undefined ? name : `${name} (did you mean ${nearest}?)`;
    });
}

/** What the environment sets, as a tree to lay over the file, and by which variable each setting of it. Unknown `SWITCHYARD_*` names are left to {@link unknownVariables}. */
export function environmentOverrides(
  schema: TSchema,
  environment: Readonly<Record<string, string | undefined>>,
): { values: Record<string, unknown>; variables: Map<string, string>; problems: string[] } {
  const values: Record<string, unknown> = {};
  const variables = new Map<string, string>();
  const problems: string[] = [];
  for (const leaf of leavesOf(schema)) {
    const name = leaf.variables.find((candidate) => (environment[candidate] ?? "") !== "");
    if (name === undefined) continue;
    try {
      setAt(values, leaf.path, coerce(environment[name] ?? "", leaf.schema));
      variables.set(leaf.path.join("."), name);
    } catch (error) {
      problems.push(`${leaf.path.join(".")}: ${name} ${(error as Error).message}`);
    }
  }
  return { values, variables, problems };
}

/** Text to the setting's type; what does not fit is left as text for the schema to refuse with its own words. */
function coerce(text: string, schema: SettingSchema): unknown {
  switch (schema.type) {
    case "boolean":
      return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : text;
    case "integer":
      return /^-?\d+$/.test(text) ? Number(text) : text;
    case "array":
      if (schema.items?.type === "string" && !text.startsWith("[")) return text.split(",").map((item) => item.trim());
      return parseJson(text);
    case "object":
      return parseJson(text);
    default:
      return text;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError("must be JSON", { cause: error });
  }
}

function setAt(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head = "", ...rest] = path;
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  tree[head] ??= {};
  setAt(tree[head] as Record<string, unknown>, rest, value);
}
