import type { Handler } from "@switchyard/tasks/handler";

/** Every way in which a handler can be the end of its worker, or try to. */
const poisons = {
  throws: () => {
    throw new Error("no disk");
  },
  exits: () => process.exit(3),
  hoards: () => {
    const all: number[][] = [];
    for (;;) all.push(Array.from({ length: 1e6 }, Math.random));
  },
  loops: () => {
    for (;;);
  },
  huge: () => "x".repeat(50 * 1024 * 1024),
  unserialisable: () => 10n,
} satisfies Record<string, () => unknown>;

export type Poison = keyof typeof poisons;

const poison: Handler<{ readonly kind: Poison }> = ({ kind }) => poisons[kind]();

// oxlint-disable-next-line import/no-default-export -- what the catalog loads.
export default poison;
