import { eventually } from "@switchyard/testkit/eventually";
import type { LeanClient } from "@switchyard/testkit/lean-client";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial, type Trial } from "../trial.ts";

const boundMs = 2_000;
const cutOffMs = 4_000;
const connections = 20;
const channelsEach = 2;

export const revocation: Scenario = {
  id: "F36 revocation",
  promise:
    "who is revoked is off every gateway within two seconds, or two seconds after a gateway is back, and nobody else is",
  run: ({ seed, isLong, carrier }) =>
    withTrial({ seed, carrier, clients: 12, perSecond: 20, stage: { gateways: 3 } }, async (trial) => {
      const tookMs: number[] = [];
      const rounds = isLong ? 20 : 3;
      for (let round = 1; round <= rounds; round++) tookMs.push(await revokeUser(trial, `mallory-${round}`));
      const cutTookMs = await revokeDuringCut(trial);
      const verdict = await trial.verdict();
      const { closes } = verdict.facts;
      // Those who were revoked are meant to be away.
      const awayAtEnd = verdict.facts.awayAtEnd - (rounds + 1) * connections * channelsEach;
      const worstMs = Math.round(Math.max(...tookMs));
      return {
        figures: {
          "revoked connections": (rounds + 1) * connections,
          "closed within ms": worstMs,
          "after a cut of 4 s within ms": Math.round(cutTookMs),
          ...commonFigures(verdict),
        },
        broken: [
          ...brokenPromises({ ...verdict, facts: { ...verdict.facts, awayAtEnd } }, trial.stage.accidents()),
          ...unless(worstMs < boundMs, `the last connection was closed after ${worstMs} ms`),
          ...unless(cutTookMs < boundMs, `closed ${Math.round(cutTookMs)} ms after its gateway was back`),
          ...unless(
            closes[3503] === (rounds + 1) * connections,
            `closed with ${JSON.stringify(closes)} instead of 3503 each`,
          ),
        ],
      };
    }),
};

/** Milliseconds until the last of the user's connections, on whichever gateway, is closed. */
async function revokeUser(trial: Trial, user: string): Promise<number> {
  const clients = await joinAs(trial, user);
  const beganMs = performance.now();
  await revoke(trial, user);
  await everyOneIsOff(clients);
  forget(trial, clients);
  return performance.now() - beganMs;
}

/** One gateway hears nothing of Redis while it happens; milliseconds from when it hears again. */
async function revokeDuringCut(trial: Trial): Promise<number> {
  const clients = await joinAs(trial, "mallory-cut");
  const [cutOff] = trial.stage.gateways;
  trial.mark("a gateway is cut off from Redis");
  cutOff?.redisLink.blackhole();
  const beganMs = performance.now();
  await revoke(trial, "mallory-cut");
  // As long as it takes for connections to be given up.
  await eventually(() => performance.now() - beganMs > cutOffMs || Promise.reject(new Error("not yet")), {
    timeoutMs: 2 * cutOffMs,
  });
  cutOff?.redisLink.heal();
  const healedMs = performance.now();
  await everyOneIsOff(clients);
  forget(trial, clients);
  return performance.now() - healedMs;
}

function joinAs(trial: Trial, user: string): Promise<LeanClient[]> {
  // Issued before the revocation, by whole seconds as tokens have it.
  const token = trial.stage.token(user, { iat: Math.floor(Date.now() / 1_000) - 10 });
  const ids = Array.from({ length: connections }, (_, index) => `${user}-${index}`);
  return Promise.all(ids.map((id) => trial.join(id, trial.channels.slice(0, channelsEach), { token })));
}

async function revoke({ stage }: Trial, user: string): Promise<void> {
  const response = await fetch(`${stage.api.url}/api/revoke`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": stage.apiKey },
    body: JSON.stringify({ user }),
  });
  if (!response.ok) throw new Error(`revoke was answered ${response.status}: ${await response.text()}`);
}

async function everyOneIsOff(clients: readonly LeanClient[]): Promise<void> {
  await eventually(() => clients.every(({ isReady }) => !isReady) || Promise.reject(new Error("still connected")), {
    timeoutMs: 20_000,
    everyMs: 5,
  });
}

function forget(trial: Trial, clients: readonly LeanClient[]): void {
  for (const client of clients) {
    client.close();
    trial.forget(client);
  }
}
