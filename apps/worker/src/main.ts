import { dirname, resolve } from "node:path";
import { runApp } from "@switchyard/runtime/run-app";
import { createCatalog } from "./catalog.ts";
import { startWorker } from "./worker.ts";

const environment = process.env;
// Paths in the settings are relative to their file.
const file = environment["SWITCHYARD_CONFIG"] ?? "";
const directory = file === "" ? process.cwd() : dirname(resolve(file));

await runApp({
  name: "worker",
  environment,
  async start({ settings, ...parts }) {
    // `--check`: only whether a worker could start with these settings and handlers. Who replaces a running one asks first.
    if (process.argv.includes("--check")) {
      await createCatalog({ ...settings, ...parts, directory, environment });
      process.exit(0);
    }
    return startWorker({ settings, ...parts, directory, environment });
  },
});
