import type { Settings } from "@switchyard/runtime/settings";
import type { Credentials } from "./credentials.ts";
import type { DevOptions } from "./options.ts";

/**
 * What every process is told beyond the settings file. Development's permissive defaults are here and nowhere else; each
 * gives way to what the developer set.
 */
export function processEnvironment(
  environment: NodeJS.ProcessEnv,
  known: { options: DevOptions; settings: Settings; credentials: Credentials; redisUrl: string },
): NodeJS.ProcessEnv {
  const { options, settings, credentials, redisUrl } = known;
  const ownOrigins = [`http://localhost:${options.port}`, `http://127.0.0.1:${options.port}`];
  return {
    // A second Ctrl-C should not be needed because of one long task. But a client has five seconds to answer a close frame.
    SWITCHYARD_SHUTDOWN_TIMEOUT: "7s",
    SWITCHYARD_API_DEMO: "true",
    ...environment,
    SWITCHYARD_CONFIG: options.settingsPath,
    SWITCHYARD_REDIS_URL: redisUrl,
    SWITCHYARD_API_KEY: credentials.apiKey,
    SWITCHYARD_TOKEN_SECRET: credentials.tokenSecret,
    SWITCHYARD_OPS_PASSWORD: credentials.opsPassword,
    ...(settings.client.allowed_origins.length === 0 && { SWITCHYARD_CLIENT_ALLOWED_ORIGINS: ownOrigins.join(",") }),
  };
}
