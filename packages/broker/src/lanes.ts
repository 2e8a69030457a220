/**
 * Parts of the index, each in one slot of a Cluster: a script stays within one, and what is told of one client, user or channel has one
 * place and so an order. A constant, because what lies in the parts of another number would not be found.
 */
export const laneCount = 16;

export const lanes: readonly number[] = Array.from({ length: laneCount }, (_, lane) => lane);

/** FNV-1a over UTF-16: the same name in the same lane, on every gateway. */
export function laneOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 16)) & (laneCount - 1);
}

/** By lane, what is in each. */
export function byLane<T>(things: Iterable<T>, nameOf: (thing: T) => string): Map<number, T[]> {
  const found = new Map<number, T[]>();
  for (const thing of things) {
    const lane = laneOf(nameOf(thing));
    const others = found.get(lane);
    if (others === undefined) found.set(lane, [thing]);
    else others.push(thing);
  }
  return found;
}
