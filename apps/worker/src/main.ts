import { dirname, resolve } from "node:path";
import { parseDurationMs } from "@switchyard/runtime/duration";
import { loadSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { runApp } from "@switchyard/runtime/run-app";
import { startWorker } from "./worker.ts";

await runApp({
  name: "worker",
  load: () => {
    const environment = process.env;
    const settings = loadSettings(environment);
    const logger = createLogger({ app: "worker", level: settings.log.level });
    // Paths in the settings are relative to their file.
    const file = environment["SWITCHYARD_CONFIG"] ?? "";
    const directory = file === "" ? process.cwd() : dirname(resolve(file));
    return {
      logger,
      shutdownTimeoutMs: parseDurationMs(settings.shutdown.timeout),
      start: (stack) => startWorker({ settings, logger, stack, directory, environment }),
    };
  },
});
