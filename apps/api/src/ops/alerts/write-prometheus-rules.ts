import { writeFileSync } from "node:fs";
import { prometheusRules } from "./prometheus-rules.ts";

// `npm run docs`
writeFileSync(new URL("../../../../../infra/prometheus/alerts.yml", import.meta.url), prometheusRules());
