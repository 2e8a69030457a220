import type { Need } from "@switchyard/console/answers";
import { needRules, type RuleCode } from "@switchyard/console/need-rules";
import { Gauge, type Registry } from "prom-client";

/**
 * What needs somebody as a metric, judged by what the page and the alerts are judged by, so that a Prometheus never says something else.
 * While Redis does not answer there are no series, which a rule can tell by `absent`.
 */
export function observeNeeds(registry: Registry, needsNow: () => Promise<readonly Need[]>): void {
  // Nothing says that Redis is away by way of what Redis says.
  const codes = (Object.keys(needRules) as RuleCode[]).filter((code) => code !== "redis_away");
  new Gauge({
    name: "switchyard_needs",
    help: "What needs somebody, by the code of its rule and by how urgent it is; 0 where all is well.",
    labelNames: ["code", "severity"],
    registers: [registry],
    async collect() {
      const needs = await needsNow().catch(() => undefined);
      this.reset();
      if (needs === undefined) return;
      for (const code of codes)
        for (const severity of needRules[code].severities)
          this.set({ code, severity }, needs.filter((need) => need.code === code && need.severity === severity).length);
    },
  });
}
