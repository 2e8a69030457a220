import { pino, type Logger } from "pino";

export type { Logger } from "pino";

/**
 * One JSON object per line on stdout, time in UTC. Messages are constant lower-case phrases, data are fields. Payloads and
 * tokens are never logged; the paths below are a second fence for objects that carry them by accident.
 */
export function createLogger(options: { app: string; level: string }): Logger {
  return pino({
    base: { app: options.app },
    level: options.level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: [
        "token",
        "*.token",
        "apiKey",
        "*.apiKey",
        "headers.authorization",
        "headers.cookie",
        'headers["x-api-key"]',
      ],
      censor: "[redacted]",
    },
  });
}
