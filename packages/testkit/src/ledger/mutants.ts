/**
 * Hubs that lie a little: each stands between the real hub and a client and does one wrong thing to one publication in
 * `oneIn`, beginning with the first it sees after that many. The oracle must catch every one of them.
 */
export type MutantName = "drop" | "duplicate" | "swap" | "phantom" | "fork";

/** A function to put in as a client's `tamper`. */
export function createMutant(name: MutantName, oneIn: number): (messages: readonly string[]) => readonly string[] {
  const mutate = mutants[name]();
  let seen = 0;
  return (messages) =>
    messages.flatMap((message) => {
      const isPublication = message.startsWith('{"push"') && message.includes('"pub":');
      return mutate(message, isPublication && ++seen % oneIn === 0, isPublication);
    });
}

type Mutate = (message: string, isChosen: boolean, isPublication: boolean) => readonly string[];

const mutants: Record<MutantName, () => Mutate> = {
  drop: () => (message, isChosen) => (isChosen ? [] : [message]),
  duplicate: () => (message, isChosen) => (isChosen ? [message, message] : [message]),
  phantom: () => (message, isChosen) => (isChosen ? [withId(message, "nobody's")] : [message]),
  /** Another message than everybody else gets at that offset, as a history that has branched off would have there. */
  fork: () => {
    let last: string | undefined;
    return (message, isChosen, isPublication) => {
      if (!isPublication) return [message];
      const forged = isChosen && last !== undefined ? withId(message, last) : message;
      last = idOf(message);
      return [forged];
    };
  },
  /** The chosen one is held back until the next publication has passed. */
  swap: () => {
    let held: string | undefined;
    return (message, isChosen, isPublication) => {
      if (isChosen && held === undefined) {
        held = message;
        return [];
      }
      if (!isPublication || held === undefined) return [message];
      const late = held;
      held = undefined;
      return [message, late];
    };
  },
};

function idOf(message: string): string {
  return (JSON.parse(message) as { push: { pub: { data: { id: string } } } }).push.pub.data.id;
}

function withId(message: string, id: string): string {
  const parsed = JSON.parse(message) as { push: { pub: { data: { id: string } } } };
  parsed.push.pub.data.id = id;
  return JSON.stringify(parsed);
}
