/**
 * What a table that is a plain object has under a name from outside: a handler's, a group's, a user's. `table[name]` would find
 * what every object has, such as `constructor`, and hand on a function as if someone had put it there.
 */
export function ownValue<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
