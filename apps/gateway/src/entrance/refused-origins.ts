import type { Logger } from "@switchyard/runtime/logger";

/** Different origins that are told of; a stranger can make up any number. */
const maxOrigins = 100;
/** Longer ones are cut in the log. */
const maxLength = 200;

/**
 * Logs each origin the first time it is refused, with the setting that would let it in: the browser shows its page nothing but
 * a failed connection.
 */
export function createRefusedOriginLog(logger: Logger): (origin: string) => void {
  const told = new Set<string>();
  return (origin) => {
    if (told.size >= maxOrigins || told.has(origin)) return;
    told.add(origin);
    logger.warn({ origin: origin.slice(0, maxLength) }, `refused a page of this origin: ${remedy(origin)}`);
  };
}

function remedy(origin: string): string {
  // A page from a file, a sandboxed frame, a redirect: all of them are "null", so allowing it allows everybody.
  if (origin === "null") return "it was opened from a file or in a sandbox; serve it over http";
  return "if it is yours, add it to client.allowed_origins (SWITCHYARD_CLIENT_ALLOWED_ORIGINS)";
}
