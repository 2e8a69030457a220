/** A value of a settings file and where it stands. */
export interface Leaf {
  /** As people write it: `channel.namespaces[0].presence`. */
  readonly path: string;
  /** The same for all entries of a list: `channel.namespaces[].presence`. */
  readonly key: string;
  readonly value: unknown;
}

/** Keys are anybody's there, so what stands below one is its value. */
const maps = new Set(["static_headers", "static_metadata", "channel_replacements"]);

/** Every value, in the order of the file. Lists of objects are gone into; any other list is a value. */
export function leavesOf(value: unknown, path = "", name = ""): Leaf[] {
  if (isObject(value) && !maps.has(name)) {
    return Object.entries(value).flatMap(([key, child]) => leavesOf(child, path === "" ? key : `${path}.${key}`, key));
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
    return value.flatMap((item, index) => leavesOf(item, `${path}[${index}]`));
  }
  return [{ path, key: path.replaceAll(/\[\d+\]/g, "[]"), value }];
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** What stands at a path, `engine.redis.address` or `channel.namespaces[0].name`; undefined: nothing. */
export function valueAt(file: unknown, path: string): unknown {
  return stepsOf(path).reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined,
    file,
  );
}

/** Puts a value there; lists and objects on the way are made. */
export function setAt(tree: Record<string, unknown>, path: string, value: unknown): void {
  const steps = stepsOf(path);
  let place: Record<string, unknown> = tree;
  steps.forEach((step, index) => {
    const next = steps[index + 1];
    if (next === undefined) place[step] = value;
    else place = (place[step] ??= /^\d+$/.test(next) ? [] : {}) as Record<string, unknown>;
  });
}

function stepsOf(path: string): string[] {
  return path.replaceAll(/\[(\d+)\]/g, ".$1").split(".");
}
