import type { BullWorkerOptions } from "@switchyard/tasks/bullmq-worker";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** What an operator asks of schedules. No label holds one of them: their ids are their owners'. */
export function observeSchedules(registry: Registry): Required<Pick<BullWorkerOptions, "onFired" | "onSchedules">> {
  const registers = [registry];
  const fireLag = new Histogram({
    name: "switchyard_schedule_fire_lag_seconds",
    help: "Time from when a schedule was due to when this worker fired it.",
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 5, 60, 3_600],
    registers,
  });
  const missed = new Counter({
    name: "switchyard_schedule_missed_total",
    help: "Ticks of schedules without a task: late, overlap (the one before had not ended) or refused (its group was full).",
    labelNames: ["reason"],
    registers,
  });
  const schedules = new Gauge({
    name: "switchyard_schedules",
    help: "Schedules there are, active, paused or finished, when this worker last looked.",
    labelNames: ["state"],
    // Over the processes of a pool: each looks at the same schedules.
    aggregator: "max",
    registers,
  });
  const aside = new Gauge({
    name: "switchyard_schedule_worker_aside",
    help: "1 when this worker fires nothing, because its clock and Redis' differ by more than a minute.",
    aggregator: "max",
    registers,
  });
  return {
    onFired({ outcome, lagMs, missed: late }) {
      if (outcome === "fired") fireLag.observe(lagMs / 1_000);
      if (late > 0) missed.inc({ reason: "late" }, late);
      if (outcome === "skipped") missed.inc({ reason: "overlap" });
      if (outcome === "refused") missed.inc({ reason: "refused" });
    },
    onSchedules({ active, paused, finished, isAside }) {
      schedules.set({ state: "active" }, active);
      schedules.set({ state: "paused" }, paused);
      schedules.set({ state: "finished" }, finished);
      aside.set(isAside ? 1 : 0);
    },
  };
}
