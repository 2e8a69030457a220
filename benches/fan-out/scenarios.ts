import type { FanOutPlan } from "./plan.ts";
import { benchChannel, loneChannel, type Measurement, type Stage } from "./stage.ts";

/** One server, one round. */
export interface FanOutFigures {
  /** One message to one client while a thousand others are connected and quiet. */
  readonly lone: Measurement;
  /** A load every contender but Socket.IO carries. */
  readonly steady: Measurement;
  /** The highest rate that was kept up, measured over a hold with more offered than was taken. */
  readonly plateau: Measurement;
  /** A multiple of the plateau offered. */
  readonly overload: Measurement;
}

/** Ordered from gentle to harsh: overload may close clients, and nothing is measured after it. */
export async function runScenarios(stage: Stage, plan: FanOutPlan): Promise<FanOutFigures> {
  const lone = await measureLone(stage, plan);
  const steady = await measureSteady(stage, plan);
  const plateau = await findPlateau(stage, plan);
  return { lone, steady, plateau, overload: await overload(stage, plan, plateau.deliveredPerSec) };
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

/** Below this share of what was offered, a step was not kept up. */
const keptUp = 0.95;
/** What the hold offers of the best step: enough that the server is short of time, not so much that it is overload. */
const holdFactor = 1.1;

/**
 * Raises the rate until deliveries fall behind, then holds a rate just above the best step. The hold is the figure: a step
 * is too short to show what buffers hide. When even the hold is kept up, the ramp was cut short by noise and goes on.
 */
async function findPlateau(stage: Stage, plan: FanOutPlan): Promise<Measurement> {
  const publish = (ratePerSec: number, windowMs: number) =>
    stage.measure({ channel: benchChannel, ratePerSec, warmupMs: plan.warmupMs / 2, windowMs });
  let bestPerSec = await climb(publish, plan);
  for (let attempt = 1; ; attempt += 1) {
    const hold = await publish((bestPerSec * holdFactor) / stage.clients, plan.holdMs);
    const saturated = hold.deliveredPerSec < keptUp * hold.offeredPerSec;
    if (saturated || attempt === 3) return hold;
    bestPerSec = hold.deliveredPerSec * holdFactor;
  }
}

async function climb(
  publish: (ratePerSec: number, windowMs: number) => Promise<Measurement>,
  plan: FanOutPlan,
): Promise<number> {
  let bestPerSec = 0;
  for (let ratePerSec = plan.rampFromPerSec; ; ratePerSec *= plan.rampFactor) {
    const step = await publish(ratePerSec, plan.rampStepMs);
    bestPerSec = Math.max(bestPerSec, step.deliveredPerSec);
    if (step.deliveredPerSec < keptUp * step.offeredPerSec) return bestPerSec;
  }
}

function overload(stage: Stage, plan: FanOutPlan, plateauPerSec: number): Promise<Measurement> {
  const ratePerSec = (plateauPerSec * plan.overloadFactor) / stage.clients;
  return stage.measure({ channel: benchChannel, ratePerSec, warmupMs: 0, windowMs: plan.overloadMs });
}
