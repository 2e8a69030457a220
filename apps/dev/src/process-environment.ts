import type { Settings } from "@switchyard/runtime/settings";
import type { Credentials } from "./credentials.ts";
import type { DevOptions } from "./options.ts";

/** Pages that a developer serves, whichever port their tool chose, and the demo pages. Settings add to them. */
const thisMachine = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"];

/**
 * What every process is told beyond the settings file. Development's permissive defaults are here and nowhere else; each
 * gives way to what the developer set.
 */
export function processEnvironment(
  environment: NodeJS.ProcessEnv,
  known: { options: DevOptions; settings: Settings; credentials: Credentials; redisUrl: string },
): NodeJS.ProcessEnv {
  const { options, settings, credentials, redisUrl } = known;
  const allowedOrigins = new Set([...thisMachine, ...settings.client.allowed_origins]);
  return {
    // A second Ctrl-C should not be needed because of one long task. But a client has five seconds to answer a close frame.
    SWITCHYARD_SHUTDOWN_TIMEOUT: "7s",
    SWITCHYARD_GATEWAY_DRAIN_WINDOW: "1s",
    SWITCHYARD_API_DEMO: "true",
    SWITCHYARD_CLIENT_EXPLAIN_DENIALS: "true",
    SWITCHYARD_EVENTS_CHANNEL_INDEX: "true",
    SWITCHYARD_PLAIN_ENABLED: "true",
    SWITCHYARD_PLAIN_TRUST_UID: "true",
    SWITCHYARD_TEXT_ENABLED: "true",
    SWITCHYARD_UDP_ENABLED: "true",
    SWITCHYARD_GATEWAY_SKIP_TAKEN_PORTS: "true",
    ...environment,
    SWITCHYARD_CONFIG: options.settingsPath,
    SWITCHYARD_REDIS_URL: redisUrl,
    SWITCHYARD_API_KEY: credentials.apiKey,
    SWITCHYARD_TOKEN_SECRET: credentials.tokenSecret,
    SWITCHYARD_OPS_PASSWORD: credentials.opsPassword,
    // The front door has the port, for all gateways.
    SWITCHYARD_PLAIN_PORT: "0",
    SWITCHYARD_CLIENT_ALLOWED_ORIGINS: [...allowedOrigins].join(","),
  };
}
