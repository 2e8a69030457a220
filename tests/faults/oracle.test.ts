import { askOracle } from "@switchyard/testkit/ask-oracle";
import { eventually } from "@switchyard/testkit/eventually";
import { LeanClient } from "@switchyard/testkit/lean-client";
import { openLedger, type Ledger } from "@switchyard/testkit/ledger";
import { createMutant, type MutantName } from "@switchyard/testkit/mutants";
import { startOpenPublisher } from "@switchyard/testkit/open-publisher";
import { startStage, type Stage } from "@switchyard/testkit/stage";
import { keptPromises as none, type Promises, type Verdict } from "@switchyard/testkit/verdict";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/**
 * The oracle itself on trial: a real hub, and between it and one client a mutant that does one thing wrong in 10 000. A checker
 * that has not been seen to catch these proves nothing when it finds nothing.
 */

const messages = 10_500;
const channel = "kept:oracle";
const oneIn = 10_000;
const names: readonly MutantName[] = ["drop", "swap", "duplicate", "phantom", "fork"];
const verdicts = new Map<string, Verdict>();
let stage: Stage;

/** Every mutant has a ledger and a client of its own; what was published is in all ledgers. */
beforeAll(async () => {
  stage = await startStage({ gateways: 1 });
  const ledgers = new Map(["honest", ...names].map((name) => [name, openLedger()]));
  const clients = Array.from(ledgers, ([name, ledger]) =>
    createClient(name, ledger, name === "honest" ? undefined : createMutant(name as MutantName, oneIn)),
  );
  for (const client of clients) client.comeBack();
  await until(() => clients.every(({ isReady }) => isReady));
  const everywhere: Ledger = {
    ...openLedger(),
    write: (record) => ledgers.forEach((ledger) => ledger.write(record)),
  };
  const publisher = startOpenPublisher({
    url: stage.api.url,
    apiKey: stage.apiKey,
    ledger: everywhere,
    channels: [channel],
    perSecond: 1_000,
  });
  await until(() => publisher.sent > messages);
  await publisher.stop();
  const top = publisher.tops.get(channel)?.offset ?? 0;
  // Whoever misses the last one would be convicted of that as well. What is tampered with is a few hundred before it.
  await until(() => clients.every((client) => (client.position(channel)?.offset ?? 0) >= top));
  for (const [name, ledger] of ledgers) verdicts.set(name, await askOracle(ledger));
  for (const client of clients) client.close();
  for (const ledger of [...ledgers.values(), everywhere]) ledger.remove();
}, 60_000);
afterAll(() => stage?.close());

function createClient(id: string, ledger: Ledger, tamper?: (messages: readonly string[]) => readonly string[]) {
  const token = stage.token(id);
  const options = { id, url: stage.url, token, channels: [channel], ledger };
  return new LeanClient(tamper === undefined ? options : { ...options, tamper });
}

function until(holds: () => boolean): Promise<void> {
  const check = () => {
    if (!holds()) throw new Error("it does not hold yet");
  };
  return eventually(check, { timeoutMs: 45_000 });
}

test("a hub nobody tampers with is acquitted", () => {
  expect(verdicts.get("honest")).toMatchObject({ promises: none, facts: { subscriptions: 1, awayAtEnd: 0 } });
  expect(verdicts.get("honest")?.facts.deliveries).toBeGreaterThanOrEqual(messages);
});

const convictions: Record<MutantName, Partial<Promises>> = {
  drop: { lostAcked: 1, silentGaps: 1 },
  swap: { reordered: 1 },
  duplicate: { duplicates: 1 },
  // Both have another message at that offset than the publisher was told.
  phantom: { phantoms: 1, silentForks: 1, reusedOffsets: 1 },
  fork: { duplicates: 1, silentForks: 1, reusedOffsets: 1 },
};

describe.each(names)("a hub that does one %s in 10 000", (name) => {
  test("is convicted of exactly that", () => {
    expect(verdicts.get(name)?.promises).toEqual({ ...none, ...convictions[name] });
  });
});
