import { readFileSync } from "node:fs";
import { dirname, normalize, relative } from "node:path";

/**
 * The rooms of a source tree and what they take from each other. A room is a folder right under `src`, with all below it; each
 * door of the gateway is one of its own, and each subsystem the broker has in Redis. The files of `src` itself are either contracts, which rooms may take, or the root that
 * puts the rooms together, which they may not: so each such file is a room by itself.
 */
export type Rooms = ReadonlyMap<string, ReadonlySet<string>>;

// Types count: a room that knows another's types cannot be read without it.
const imports = /(?:^|\n)\s*(?:import|export)\b[^;]*?from\s+"(\.[^"]+)"/g;

/** @param files path to text, of one workspace's `src` */
export function roomsOf(files: ReadonlyMap<string, string>): Rooms {
  const rooms = new Map<string, Set<string>>();
  for (const [path, text] of files) {
    const room = roomOf(path);
    const taken = rooms.get(room) ?? new Set<string>();
    rooms.set(room, taken);
    for (const [, target = ""] of text.matchAll(imports)) {
      const other = roomOf(normalize(`${dirname(path)}/${target}`));
      if (other !== room) taken.add(other);
    }
  }
  return rooms;
}

const buildings = new Set(["doors", "redis"]);

function roomOf(path: string): string {
  const [first = path, second] = path.split("/");
  return buildings.has(first) && second !== undefined ? `${first}/${second}` : first;
}

/** One circle of rooms, if there is any, as the names along it. */
export function findCircle(rooms: Rooms): readonly string[] | undefined {
  const done = new Set<string>();
  function walk(room: string, path: readonly string[]): readonly string[] | undefined {
    const start = path.indexOf(room);
    if (start !== -1) return [...path.slice(start), room];
    if (done.has(room)) return undefined;
    for (const other of rooms.get(room) ?? []) {
      const circle = walk(other, [...path, room]);
      if (circle !== undefined) return circle;
    }
    done.add(room);
    return undefined;
  }
  for (const room of rooms.keys()) {
    const circle = walk(room, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** The source files below a folder, without tests. */
export function readSources(root: string, paths: readonly string[]): ReadonlyMap<string, string> {
  const isSource = (path: string) => path.endsWith(".ts") && !/\.test\.ts$|(^|\/)testing\//.test(path);
  const sources = paths.filter((path) => path.startsWith(`${root}/`) && isSource(path));
  return new Map(sources.map((path) => [relative(root, path), readFileSync(path, "utf8")]));
}
