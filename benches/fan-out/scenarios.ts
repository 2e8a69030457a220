import type { FanOutPlan, RampPlan } from "./plan.ts";
import { benchChannel, loneChannel, type Measurement, type Stage } from "./stage.ts";

/** One server, one round. */
export interface FanOutFigures {
  /** One message to one client while a thousand others are connected and quiet. */
  readonly lone: Measurement;
  /** A load every contender but Socket.IO carries. */
  readonly steady: Measurement;
  /** The highest rate that was kept up, measured over a hold with more offered than was taken. */
  readonly plateau: Measurement;
}

/** Ordered from gentle to harsh. */
export async function runScenarios(stage: Stage, plan: FanOutPlan): Promise<FanOutFigures> {
  const lone = await measureLone(stage, plan);
  const steady = await measureSteady(stage, plan);
  return { lone, steady, plateau: await findPlateau(stage, plan) };
}

async function measureLone(stage: Stage, plan: FanOutPlan): Promise<Measurement> {
  await stage.connectLoneClient();
  const { lonePerSec: ratePerSec, warmupMs, loneMs: windowMs } = plan;
  return stage.measure({ channel: loneChannel, ratePerSec, warmupMs, windowMs });
}

function measureSteady(stage: Stage, plan: FanOutPlan): Promise<Measurement> {
  const ratePerSec = plan.steadyDeliveriesPerSec / stage.clients;
  return stage.measure({ channel: benchChannel, ratePerSec, warmupMs: plan.warmupMs, windowMs: plan.steadyMs });
}

/** Below this share of what was offered, a rate was not kept up. */
const keptUpShare = 0.95;
/** What the first hold offers of the best step: enough that time is short, not so much that it is overload. */
const holdFactor = 1.1;
const holdsMax = 2;

/**
 * Raises the rate until deliveries fall behind, then holds a rate just above the best step. The hold is the figure: a step
 * is too short to show what buffers hide. A hold that was kept up is followed by a higher one (the climb had stumbled over
 * something else on the machine), a hold in which the server closed clients by a lower one.
 */
export async function findPlateau(stage: Stage, plan: RampPlan): Promise<Measurement> {
  const publish = (ratePerSec: number, windowMs: number) =>
    stage.measure({ channel: benchChannel, ratePerSec, warmupMs: plan.warmupMs / 2, windowMs });
  const topPerSec = await climb((ratePerSec) => publish(ratePerSec, plan.rampStepMs), plan);
  let ratePerSec = (topPerSec * holdFactor) / stage.clients;
  const holds: Measurement[] = [];
  while (holds.length < holdsMax) {
    const hold = await publish(ratePerSec, plan.holdMs);
    holds.push(hold);
    if (closedSome(hold)) ratePerSec *= 0.8;
    else if (keptUp(hold)) ratePerSec *= 1.25;
    else break;
  }
  const unharmed = holds.filter((hold) => !closedSome(hold));
  return (unharmed.length > 0 ? unharmed : holds).reduce((best, hold) =>
    hold.deliveredPerSec > best.deliveredPerSec ? hold : best,
  );
}

/** The most deliveries a second any step of the climb reached. It ends at a step that falls behind twice. */
async function climb(
  step: (ratePerSec: number) => Promise<Measurement>,
  { rampFromPerSec, rampFactor }: RampPlan,
): Promise<number> {
  let topPerSec = 0;
  for (let ratePerSec = rampFromPerSec; ; ratePerSec *= rampFactor) {
    const first = await step(ratePerSec);
    const measured = keptUp(first) ? first : await step(ratePerSec);
    topPerSec = Math.max(topPerSec, first.deliveredPerSec, measured.deliveredPerSec);
    if (!keptUp(measured)) return topPerSec;
  }
}

function keptUp({ deliveredPerSec, offeredPerSec }: Measurement): boolean {
  return deliveredPerSec >= keptUpShare * offeredPerSec;
}

function closedSome({ closed }: Measurement): boolean {
  return Object.keys(closed).length > 0;
}
