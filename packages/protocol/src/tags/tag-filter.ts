import type { Tags } from "../publication.ts";
import { compareDecimals, readDecimal } from "./decimal.ts";
import { readFilterNode, type FilterNode } from "./filter-node.ts";

/**
 * Which publications a subscriber gets, by their tags. Compiled once; asked once per publication for all subscribers whose filter has
 * the same `key`.
 */
export interface TagFilter {
  /** The same for filters that mean the same: the order of conditions and of values does not count, nor that one stands twice. */
  readonly key: string;
  readonly matches: Judge;
}

type Judge = (tags: Tags) => boolean;

/** Of a publication without tags. */
export const noTags: Tags = {};

/** @throws FilterProblem naming the field of `tf` that is wrong */
export function compileTagFilter(tf: unknown): TagFilter {
  return compile(readFilterNode(tf));
}

function compile(node: FilterNode): TagFilter {
  if (node.op === "") return compileLeaf(node);
  const parts = new Map(node.nodes.map(compile).map((part) => [part.key, part]));
  const keys = Array.from(parts.keys()).toSorted();
  const judges = Array.from(parts.values(), ({ matches }) => matches);
  return { key: `${node.op}(${keys.join()})`, matches: join(node.op, judges) };
}

function join(op: "and" | "or" | "not", judges: readonly Judge[]): Judge {
  switch (op) {
    case "and":
      return (tags) => judges.every((matches) => matches(tags));
    case "or":
      return (tags) => judges.some((matches) => matches(tags));
    case "not":
      return (tags) => !judges.some((matches) => matches(tags));
  }
}

type Leaf = Extract<FilterNode, { readonly op: "" }>;

function compileLeaf({ key, cmp, val, vals }: Leaf): TagFilter {
  const judge = compare({ cmp, val, vals: new Set(vals) });
  return {
    key: JSON.stringify([cmp, key, val, Array.from(new Set(vals)).toSorted()]),
    // Own ones only, or a tag named `constructor` would be there always.
    matches: (tags) => judge(Object.hasOwn(tags, key) ? tags[key] : undefined),
  };
}

/**
 * Judges a tag's value, undefined where there is no such tag. Without the tag, a comparison with it is false and its negation true;
 * `in` and `nin` take it for an empty text. Centrifuge, whose filters these are, does the same.
 */
function compare({
  cmp,
  val,
  vals,
}: {
  cmp: Leaf["cmp"];
  val: string;
  vals: ReadonlySet<string>;
}): (value: string | undefined) => boolean {
  switch (cmp) {
    case "eq":
      return (value) => value === val;
    case "neq":
      return (value) => value !== val;
    case "in":
      return (value = "") => vals.has(value);
    case "nin":
      return (value = "") => !vals.has(value);
    case "ex":
      return (value) => value !== undefined;
    case "nex":
      return (value) => value === undefined;
    case "sw":
      return (value) => value?.startsWith(val) === true;
    case "ew":
      return (value) => value?.endsWith(val) === true;
    case "ct":
      return (value) => value?.includes(val) === true;
    case "lt":
      return numbers(val, (order) => order < 0);
    case "lte":
      return numbers(val, (order) => order <= 0);
    case "gt":
      return numbers(val, (order) => order > 0);
    case "gte":
      return numbers(val, (order) => order >= 0);
  }
}

/** False where either is no number. */
function numbers(val: string, accepts: (order: number) => boolean): (value: string | undefined) => boolean {
  const bound = readDecimal(val);
  if (bound === undefined) return () => false;
  return (value = "") => {
    const number = readDecimal(value);
    return number !== undefined && accepts(compareDecimals(number, bound));
  };
}
