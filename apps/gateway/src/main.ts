import { parseDurationMs } from "@switchyard/runtime/duration";
import { loadSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { runApp } from "@switchyard/runtime/run-app";
import { startGateway } from "./gateway.ts";

await runApp({
  name: "gateway",
  load: () => {
    const settings = loadSettings(process.env);
    const logger = createLogger({ app: "gateway", level: settings.log.level });
    const shutdownTimeoutMs = parseDurationMs(settings.shutdown.timeout);
    return { logger, shutdownTimeoutMs, start: (stack) => startGateway(settings, logger, stack) };
  },
});
