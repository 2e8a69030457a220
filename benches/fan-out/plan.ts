/** How the highest rate that is kept up is looked for. */
export interface RampPlan {
  readonly warmupMs: number;
  /** One step of the ramp, and the hold at the end of it. */
  readonly rampStepMs: number;
  readonly holdMs: number;
  /** The rate of the first step of the ramp, in messages per second. */
  readonly rampFromPerSec: number;
  /** Each step offers this many times what the one before did. */
  readonly rampFactor: number;
}

/** How long everything takes; the scenarios read nothing else. */
export interface FanOutPlan extends RampPlan {
  readonly clients: number;
  readonly rounds: number;
  readonly steadyDeliveriesPerSec: number;
  readonly steadyMs: number;
  readonly lonePerSec: number;
  readonly loneMs: number;
  readonly ceilingMs: number;
}

/** About five minutes for three servers. */
export const fullPlan: FanOutPlan = {
  clients: 1_000,
  rounds: 3,
  warmupMs: 400,
  rampStepMs: 700,
  holdMs: 2_500,
  rampFromPerSec: 100,
  rampFactor: 1.8,
  steadyDeliveriesPerSec: 100_000,
  steadyMs: 3_000,
  lonePerSec: 50,
  loneMs: 1_500,
  ceilingMs: 1_000,
};

/** A smoke test: every path once, figures worth nothing. */
export const quickPlan: FanOutPlan = {
  ...fullPlan,
  rounds: 1,
  warmupMs: 100,
  rampStepMs: 200,
  rampFromPerSec: 200,
  rampFactor: 2,
  holdMs: 400,
  steadyMs: 500,
  loneMs: 500,
  ceilingMs: 200,
};
