import { dirname, resolve } from "node:path";
import { runApp } from "@switchyard/runtime/run-app";
import { createCatalog } from "./catalog.ts";
import { openPoolLine, readMember } from "./pool/pool-line.ts";
import { startPool } from "./pool/start-pool.ts";
import { startWorker } from "./worker.ts";

const environment = process.env;
// Paths in the settings are relative to their file.
const file = environment["SWITCHYARD_CONFIG"] ?? "";
const directory = file === "" ? process.cwd() : dirname(resolve(file));

// Started by a pool, over whose channel it is asked and told.
const member = readMember(process.argv);
const line = member === undefined ? undefined : openPoolLine(member);

await runApp({
  name: "worker",
  environment,
  options: "  --check   only say whether a worker could start with these settings and handlers; exit code 78: not\n",
  ...(line !== undefined && { stopping: line.stopping, fields: { process: line.number } }),
  async start({ settings, ...parts }) {
    // `--check`: only whether a worker could start with these settings and handlers. Who replaces a running one asks first.
    if (process.argv.includes("--check")) {
      await createCatalog({ ...settings, ...parts, directory, environment });
      const from = file === "" ? "no settings file (SWITCHYARD_CONFIG names one)" : file;
      const names = Object.keys(settings.handlers).join(", ") || "none";
      process.stdout.write(`switchyard worker: it would start; settings: ${from}; handlers: ${names}\n`);
      process.exit(0);
    }
    if (line !== undefined) return startWorker({ settings, ...parts, directory, environment, line });
    if (settings.worker.processes.max > 1) return startPool({ settings, ...parts, main: import.meta.filename });
    return startWorker({ settings, ...parts, directory, environment });
  },
});
