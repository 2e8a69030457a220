/** Paths of Switchyard's settings to values: what stands for a key of Centrifugo's. */
export type Writes = Readonly<Record<string, unknown>>;

export type File = Readonly<Record<string, unknown>>;

/** What becomes of a key, where the two settings files do not simply agree. */
export type Rule =
  /**
   * The key is here, too, and does not mean quite the same. `as`: how its value is written here. `isBound`: only fewer values are
   * taken, so one that is need not be told.
   */
  | {
      readonly kind: "differs";
      readonly says: string;
      readonly as?: (value: unknown) => unknown;
      readonly isBound?: true;
    }
  /** Another key stands for it. `write` answers with a text where this value cannot be had. */
  | {
      readonly kind: "moved";
      readonly says: string;
      readonly write: (value: unknown, file: File, path: string) => Writes | string;
    }
  /** Nothing is lost by leaving it out. */
  | { readonly kind: "ignored"; readonly says: string }
  /** What it asks for cannot be had, unless its value is the one that asks for nothing. `says` tells what to do instead. */
  | { readonly kind: "refused"; readonly says: string; readonly idle: readonly unknown[] };

export type Rules = Readonly<Record<string, Rule>>;

export function differs(says: string, as?: (value: unknown) => unknown): Rule {
  return { kind: "differs", says, ...(as !== undefined && { as }) };
}

export function bounded(says: string): Rule {
  return { kind: "differs", says, isBound: true };
}

export function moved(says: string, write: Extract<Rule, { kind: "moved" }>["write"]): Rule {
  return { kind: "moved", says, write };
}

export function ignored(says: string): Rule {
  return { kind: "ignored", says };
}

/** @param idle values that ask for nothing, beside those that never do: `false`, `0`, `""`, `"0s"` and what is empty */
export function refused(says: string, ...idle: readonly unknown[]): Rule {
  return { kind: "refused", says, idle };
}
