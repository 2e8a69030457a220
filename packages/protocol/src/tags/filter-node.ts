/** A condition on tags, in the protocol's form, checked: a leaf compares one tag, the others join conditions. */
export type FilterNode =
  | { readonly op: "and" | "or" | "not"; readonly nodes: readonly FilterNode[] }
  | {
      readonly op: "";
      readonly key: string;
      readonly cmp: Comparison;
      readonly val: string;
      readonly vals: readonly string[];
    };

/** What a comparison is made with. */
const operands = {
  eq: "val",
  neq: "val",
  in: "vals",
  nin: "vals",
  ex: "nothing",
  nex: "nothing",
  sw: "val",
  ew: "val",
  ct: "val",
  lt: "val",
  lte: "val",
  gt: "val",
  gte: "val",
} as const;
export type Comparison = keyof typeof operands;

/** Of a whole filter: each publication is judged by each distinct filter of its channel. */
export const filterBounds = { depth: 16, nodes: 128, vals: 1_024, textLength: 1_024 } as const;

/** What is wrong with a filter; names the field and the bound. For the client. */
export class FilterProblem extends Error {
  override readonly name = "FilterProblem";
}

/**
 * Checks a filter as it came over the wire. What a node would not look at is refused, too: whoever filters for privacy should not be
 * understood by half.
 *
 * @throws FilterProblem
 */
export function readFilterNode(tf: unknown): FilterNode {
  return readNode(tf, { path: "tf", depth: 1, spent: { nodes: 0, vals: 0 } });
}

interface Place {
  readonly path: string;
  readonly depth: number;
  /** By the whole filter so far. */
  readonly spent: { nodes: number; vals: number };
}

function readNode(source: unknown, place: Place): FilterNode {
  const { path, depth, spent } = place;
  if (typeof source !== "object" || source === null || Array.isArray(source)) refuse(path, "must be a filter node");
  if (depth > filterBounds.depth) refuse(path, `is nested deeper than ${filterBounds.depth} nodes`);
  if (++spent.nodes > filterBounds.nodes) refuse("tf", `has more than ${filterBounds.nodes} nodes`);
  const fields = source as Readonly<Record<string, unknown>>;
  const op = readText(fields, "op", path);
  switch (op) {
    case "":
      return readLeaf(fields, place);
    case "and":
    case "or":
    case "not":
      return { op, nodes: readNodes(fields, op, place) };
    default:
      return refuse(`${path}.op`, 'must be "and", "or", "not", or empty for a comparison');
  }
}

function readNodes(fields: Readonly<Record<string, unknown>>, op: string, { path, depth, spent }: Place): FilterNode[] {
  const nodes = readList(fields, "nodes", path);
  for (const name of ["key", "cmp", "val", "vals"]) {
    if (!isNothing(fields[name])) refuse(`${path}.${name}`, `means nothing beside op "${op}"`);
  }
  if (op === "not" && nodes.length !== 1) refuse(`${path}.nodes`, 'must be one node for op "not"');
  if (nodes.length === 0) refuse(`${path}.nodes`, `must be at least one node for op "${op}"`);
  return nodes.map((node, index) => readNode(node, { path: `${path}.nodes[${index}]`, depth: depth + 1, spent }));
}

function readLeaf(fields: Readonly<Record<string, unknown>>, { path, spent }: Place): FilterNode {
  const cmp = readText(fields, "cmp", path);
  if (!isComparison(cmp)) return refuse(`${path}.cmp`, `must be one of ${Object.keys(operands).join(", ")}`);
  const key = readText(fields, "key", path);
  const val = readText(fields, "val", path);
  const vals = readList(fields, "vals", path).map((item, index) => checkText(item, `${path}.vals[${index}]`));
  const operand = operands[cmp];
  spent.vals += vals.length;
  if (spent.vals > filterBounds.vals)
    refuse(`${path}.vals`, `has more than ${filterBounds.vals} values in the whole filter`);
  if (key === "" && operand !== "nothing") refuse(`${path}.key`, "must name a tag");
  if ((val === "") === (operand === "val"))
    refuse(`${path}.val`, `must ${val === "" ? "be there" : "be absent"} for cmp "${cmp}"`);
  if ((vals.length === 0) === (operand === "vals")) {
    refuse(`${path}.vals`, `must ${vals.length === 0 ? "be there" : "be absent"} for cmp "${cmp}"`);
  }
  if (!isNothing(fields["nodes"])) refuse(`${path}.nodes`, "must be absent without an op");
  return { op: "", key, cmp, val, vals };
}

function readText(fields: Readonly<Record<string, unknown>>, name: string, path: string): string {
  return checkText(fields[name] ?? "", `${path}.${name}`);
}

function checkText(value: unknown, field: string): string {
  if (typeof value !== "string") return refuse(field, "must be a text");
  if (isLonger(value, filterBounds.textLength)) refuse(field, `is longer than ${filterBounds.textLength} characters`);
  return value;
}

/** In characters, of which those outside the basic plane are two units of a string each. They are counted only where it matters. */
function isLonger(text: string, maxCharacters: number): boolean {
  if (text.length <= maxCharacters) return false;
  return text.length > 2 * maxCharacters || Array.from(text).length > maxCharacters;
}

function readList(fields: Readonly<Record<string, unknown>>, name: string, path: string): readonly unknown[] {
  const list = fields[name] ?? [];
  return Array.isArray(list) ? list : refuse(`${path}.${name}`, "must be a list");
}

/** What the protocol leaves out where nothing is meant. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function isComparison(cmp: string): cmp is Comparison {
  return Object.hasOwn(operands, cmp);
}

function refuse(field: string, why: string): never {
  throw new FilterProblem(`${field}: ${why}`);
}
