import { createLogger } from "@switchyard/runtime/logger";
import { loadSettings } from "@switchyard/runtime/load-settings";
import { parseDurationMs } from "@switchyard/runtime/duration";
import { runApp } from "@switchyard/runtime/run-app";
import { startApi } from "./api.ts";

await runApp({
  name: "api",
  load: () => {
    const settings = loadSettings(process.env);
    const logger = createLogger({ app: "api", level: settings.log.level });
    return {
      logger,
      shutdownTimeoutMs: parseDurationMs(settings.shutdown.timeout),
      start: (stack) => startApi({ settings, logger, stack }),
    };
  },
});
