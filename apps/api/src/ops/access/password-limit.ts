import { addressGroup } from "@switchyard/runtime/client-address";

/**
 * Slows guessing down. After a few wrong passwords from one place, an IPv4 address or an IPv6 /64, nobody there may try again
 * until the minute is over. After many from all places every try waits before it is judged, a few seconds at most: a guesser
 * with a whole network to send from is slowed, and the operator who knows the password still comes in.
 *
 * Per process and in memory; ten processes allow ten times as many, which is still hopeless for a guesser.
 */
export interface PasswordLimit {
  /** Counts a try from an address, as a wrong one until it is forgiven: tries made at once count, too. */
  admit(address: string): { readonly secondsToWait: number } | AdmittedTry;
}

export interface AdmittedTry {
  readonly delayMs: number;
  /**
   * The password was right: this try does not count any more. The others do, or whoever has a password of their own could guess at those
   * of others for ever, by giving the right one in between.
   */
  forgive(): void;
}

const windowMs = 60_000;
const wrongPerPlace = 5;
/** From all places together, until each try takes its turn. */
const wrongInTotal = 100;
/** One turn. */
const paceMs = 100;
/** A longer wait would lock out whom it should let in. */
const delayMaxMs = 3_000;
/** Places remembered. When there are more the oldest is forgotten, and has its five tries again. */
const placesMax = 10_000;

export function createPasswordLimit(now: () => number = Date.now): PasswordLimit {
  let endsAt = 0;
  let total = 0;
  let nextTurnAt = 0;
  const wrong = new Map<string, number>();
  const waitForTurn = () => {
    nextTurnAt = Math.min(Math.max(nextTurnAt, now()) + paceMs, now() + delayMaxMs);
    return nextTurnAt - now();
  };

  return {
    admit(address) {
      if (now() >= endsAt) {
        endsAt = now() + windowMs;
        total = 0;
        wrong.clear();
      }
      const place = addressGroup(address);
      const count = wrong.get(place) ?? 0;
      if (count >= wrongPerPlace) return { secondsToWait: Math.ceil((endsAt - now()) / 1_000) };
      if (count === 0 && wrong.size >= placesMax) wrong.delete(wrong.keys().next().value ?? "");
      wrong.set(place, count + 1);
      total += 1;
      const countedUntil = endsAt;
      return {
        delayMs: total <= wrongInTotal ? 0 : waitForTurn(),
        forgive() {
          // What was counted in a minute that is over has been forgotten with it.
          if (endsAt !== countedUntil) return;
          wrong.set(place, Math.max(0, (wrong.get(place) ?? 0) - 1));
          total -= 1;
        },
      };
    },
  };
}
