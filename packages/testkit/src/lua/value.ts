/**
 * What may stand in a variable, a field or an argument of Lua: all that ever flows into it, whichever way a script goes. `text`
 * also stands for a whole number written out in the source, which has as many digits as a person types.
 */
export type Kind = "text" | "number" | "fraction" | "unknown";

export class Value {
  readonly kinds = new Set<Kind>();
  readonly tables = new Set<Table>();
  readonly functions = new Set<Func>();

  static of(...kinds: readonly Kind[]): Value {
    const value = new Value();
    for (const kind of kinds) value.kinds.add(kind);
    return value;
  }

  static table(table: Table): Value {
    const value = new Value();
    value.tables.add(table);
    return value;
  }

  static function(func: Func): Value {
    const value = new Value();
    value.functions.add(func);
    return value;
  }

  /** A list whose elements are all of these kinds. */
  static list(elements: Value): Value {
    const table = new Table();
    table.elements.take(elements);
    return Value.table(table);
  }

  get isNumber(): boolean {
    return this.kinds.has("number") || this.kinds.has("fraction");
  }

  /** True when something of it was not here before. */
  take(other: Value): boolean {
    const before = this.#size;
    for (const kind of other.kinds) this.kinds.add(kind);
    for (const table of other.tables) this.tables.add(table);
    for (const func of other.functions) this.functions.add(func);
    return this.#size > before;
  }

  get #size(): number {
    return this.kinds.size + this.tables.size + this.functions.size;
  }
}

/** A table, told apart by where it is made. What lies under a computed key is one with its elements. */
export class Table {
  readonly fields = new Map<string, Value>();
  readonly elements = new Value();

  field(name: string): Value {
    let value = this.fields.get(name);
    if (value === undefined) this.fields.set(name, (value = new Value()));
    return value;
  }
}

/** A function of the sources, or of Redis and Lua by its name there. */
export type Func = OwnFunc | { readonly builtin: string };

export interface OwnFunc {
  readonly parameters: readonly Value[];
  /** By position. */
  readonly returns: Value[];
}
