/** How long everything takes; the scenarios read nothing else. */
export interface FanOutPlan {
  readonly clients: number;
  readonly rounds: number;
  readonly warmupMs: number;
  /** One step of the ramp, and the hold at the end of it. */
  readonly rampStepMs: number;
  readonly holdMs: number;
  /** The rate of the first step of the ramp, in messages per second. */
  readonly rampFromPerSec: number;
  /** Each step offers this many times what the one before did. */
  readonly rampFactor: number;
  readonly steadyDeliveriesPerSec: number;
  readonly steadyMs: number;
  readonly overloadFactor: number;
  readonly overloadMs: number;
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
  overloadFactor: 3,
  overloadMs: 10_000,
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
  overloadMs: 500,
  loneMs: 500,
  ceilingMs: 200,
};
