import { seededRandom } from "@switchyard/testkit/seeded-random";
import type { FuzzHub } from "./fuzz-hub.ts";

/** One way into the hub, and what comes in by it that no decent client sends. */
export interface Door {
  readonly name: string;
  /** Of all cases, in hundredths; those of all doors come to 100. */
  readonly share: number;
  /** How many attack at the same time, each with cases of its own. */
  readonly attackers: number;
  /** Sends `quota` cases and notes what came of each. Ends early when the hub does. */
  attack(scene: Scene, quota: number): Promise<void>;
}

/** What one attacker has. */
export interface Scene {
  readonly hub: FuzzHub;
  /** Its own, so that a seed repeats each attacker's cases whatever the others are doing. */
  readonly random: () => number;
  /** Numbers the attackers of all doors. */
  readonly attacker: number;
  readonly tally: Tally;
}

/** What came of the cases of one door. */
export class Tally {
  cases = 0;
  readonly outcomes = new Map<string, number>();
  readonly faults: string[] = [];

  /** `outcome` is one of few: a status, a close code. */
  add(outcome: string | number, cases = 1): void {
    this.cases += cases;
    this.outcomes.set(String(outcome), (this.outcomes.get(String(outcome)) ?? 0) + cases);
  }

  /** A promise was broken; the first few of each door are told. */
  fault(text: string): void {
    this.faults.push(text.slice(0, 600));
  }
}

export interface DoorAttack {
  readonly door: Door;
  readonly cases: number;
  readonly tally: Tally;
  readonly hub: FuzzHub;
  readonly seed: number;
}

/** Lets the attackers of a door go, and waits for the last. */
export async function attackDoor({ door, cases, tally, hub, seed }: DoorAttack): Promise<void> {
  const first = doorNumber(door.name) * 100;
  const attack = async (index: number) => {
    const attacker = first + index;
    const quota = Math.ceil((cases - index) / door.attackers);
    await door
      .attack({ hub, random: seededRandom(seed * 10_007 + attacker), attacker, tally }, quota)
      .catch((error: unknown) => {
        // A server that is gone is an accident of its own, and the only thing that may end an attack.
        if (!hub.isOver) tally.fault(`${door.name} is closed to an attacker: ${String(error)}`);
      });
  };
  await Promise.all(Array.from({ length: door.attackers }, (_, index) => attack(index)));
}

function doorNumber(name: string): number {
  return Array.from(name).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 1);
}
