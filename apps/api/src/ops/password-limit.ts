/**
 * Slows guessing down: after a few wrong passwords from one address, or many from all, nobody there may try again until the
 * window is over. Per process and in memory; ten processes allow ten times as many, which is still hopeless for a guesser.
 */
export interface PasswordLimit {
  /** Seconds to wait before the next try; 0 when one may be made now. */
  secondsToWait(address: string): number;
  countWrong(address: string): void;
}

const windowMs = 60_000;
const wrongPerAddress = 5;
/** From all addresses together, which also bounds the memory. */
const wrongInTotal = 100;

export function createPasswordLimit(now: () => number = Date.now): PasswordLimit {
  let endsAt = 0;
  let total = 0;
  const wrong = new Map<string, number>();

  return {
    secondsToWait(address) {
      const left = endsAt - now();
      if (left <= 0) return 0;
      const isOver = total >= wrongInTotal || (wrong.get(address) ?? 0) >= wrongPerAddress;
      return isOver ? Math.ceil(left / 1000) : 0;
    },
    countWrong(address) {
      if (now() >= endsAt) {
        endsAt = now() + windowMs;
        total = 0;
        wrong.clear();
      }
      total += 1;
      wrong.set(address, (wrong.get(address) ?? 0) + 1);
    },
  };
}
