import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { expect, test } from "vitest";
import { parseDurationMs } from "../../packages/runtime/src/config/duration.ts";
import { leavesOf } from "../../packages/runtime/src/config/environment.ts";
import { checkSettings } from "../../packages/runtime/src/config/load-settings.ts";
import { Settings } from "../../packages/runtime/src/config/settings.ts";

// No cluster is asked here; what these tests hold together are the places that promise each other something.

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: Record<string, unknown>;
}

/** The first document of a file, which is the one that counts. */
function read(name: string): Manifest {
  const text = readFileSync(new URL(name, import.meta.url), "utf8");
  return parseAllDocuments(text)[0]?.toJS() as Manifest;
}

interface Trigger {
  readonly metricType: string;
  readonly metadata: { readonly query: string; readonly threshold: string; readonly ignoreNullValues: string };
}
interface External {
  readonly external: {
    readonly metric: { readonly name: string };
    readonly target: { readonly type: string; readonly value?: string; readonly averageValue?: string };
  };
}
interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly { readonly env: readonly { readonly name: string; readonly value: string }[] }[];
}

const deployment = read("worker.yaml");
const pod = (deployment.spec["template"] as { spec: Pod }).spec;
const environment = new Map(pod.containers.flatMap(({ env }) => env).map(({ name, value }) => [name, value]));
const scaled = read("worker-keda.yaml");
const triggers = scaled.spec["triggers"] as readonly Trigger[];
const autoscaler = read("worker-hpa.yaml");
const externals = autoscaler.spec["metrics"] as readonly External[];
const metrics = readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8");

/** Metric, how it is compared, with what. */
const byKeda = triggers.map(({ metricType, metadata: { query, threshold } }) => [
  /^max\((\w+)\)$/.exec(query)?.[1],
  metricType,
  threshold,
]);

test("a need is shared out among workers of so many slots, and an age is not shared out", () => {
  const concurrency = environment.get("SWITCHYARD_WORKER_CONCURRENCY");
  expect(byKeda).toEqual([
    ["switchyard_queue_need_slots", "AverageValue", concurrency],
    ["switchyard_queue_oldest_runnable_seconds", "Value", "30"],
  ]);
  for (const [name] of byKeda) expect(metrics).toContain(`\`${name}\``);
});

test("the autoscaler without KEDA goes by the same numbers", () => {
  const byHpa = externals.map(({ external: { metric, target } }) => [
    metric.name,
    target.type,
    target.averageValue ?? target.value,
  ]);
  expect(byHpa).toEqual(byKeda);
});

test("no answer is not taken for no work, and some worker is always there", () => {
  expect(triggers.map(({ metadata }) => metadata.ignoreNullValues)).toEqual(["false", "false"]);
  expect(scaled.spec["minReplicaCount"]).toBe(1);
  expect(autoscaler.spec["minReplicas"]).toBe(1);
});

test("both scale the workers' deployment, whose settings are ones there are", () => {
  const targets = [scaled, autoscaler].map((one) => (one.spec["scaleTargetRef"] as { name: string }).name);
  expect(targets).toEqual([deployment.metadata.name, deployment.metadata.name]);
  expect(deployment.spec).not.toHaveProperty("replicas");
  const known = new Set(["SWITCHYARD_CONFIG", ...leavesOf(Settings).flatMap(({ variables }) => variables)]);
  expect([...environment.keys()].filter((name) => !known.has(name))).toEqual([]);
});

test("a worker is given the time it takes to stop", () => {
  const stopMs = parseDurationMs(checkSettings({}).shutdown.timeout);
  expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(stopMs);
});
