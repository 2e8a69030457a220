import type { FunctionDeclaration, Identifier } from "luaparse";
import { either, libraries } from "./builtins.ts";
import { type OwnFunc, Table, Value } from "./value.ts";

/** KEYS and ARGV. */
const scriptInput = Value.list(Value.of("text"));

/** Names of one block; those of the blocks around it are looked for next. */
export interface Scope {
  readonly names: Map<string, Value>;
  readonly around: Scope | undefined;
  /** What the function around returns; undefined at the top, where it is the script's reply. */
  readonly returns: Value[] | undefined;
}

/** Everything that was found to flow anywhere, by the place in the source where it is declared or made. */
export class Memory {
  hasChanged = true;
  readonly #declared = new Map<object, Value>();
  readonly #tables = new Map<object, Table>();
  readonly #functions = new Map<object, OwnFunc>();
  readonly #builtins = new Map<string, Value>();
  readonly #tops = new Map<string, Set<Value>>();

  take(into: Value, value: Value): void {
    if (into.take(value)) this.hasChanged = true;
  }

  declare(scope: Scope, node: Identifier, value: Value | undefined): void {
    const slot = made(this.#declared, node, () => new Value());
    if (value !== undefined) this.take(slot, value);
    scope.names.set(node.name, slot);
  }

  /** Makes the names at the top of a piece known to the others. */
  publish({ names }: Scope): void {
    for (const [name, value] of names) {
      const known = made(this.#tops, name, () => new Set<Value>());
      this.hasChanged ||= !known.has(value);
      known.add(value);
    }
  }

  /** Several where pieces have top names alike; none for a name that nobody declares. */
  find(name: string, scope: Scope): readonly Value[] {
    for (let one: Scope | undefined = scope; one !== undefined; one = one.around) {
      const slot = one.names.get(name);
      if (slot !== undefined) return [slot];
    }
    return [...(this.#tops.get(name) ?? [])];
  }

  nameOf(name: string, scope: Scope): Value {
    const slots = this.find(name, scope);
    if (slots.length > 0) return either(...slots);
    if (libraries.has(name)) return this.builtin(name);
    if (name === "KEYS" || name === "ARGV") return scriptInput;
    return Value.of(/^[A-Z][A-Z_0-9]*$/.test(name) ? "text" : "unknown");
  }

  builtin(name: string): Value {
    return made(this.#builtins, name, () => Value.function({ builtin: name }));
  }

  tableOf(node: object): Table {
    return made(this.#tables, node, () => new Table());
  }

  functionOf(node: FunctionDeclaration): OwnFunc {
    return made(this.#functions, node, () => ({ parameters: node.parameters.map(() => new Value()), returns: [] }));
  }
}

function made<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
