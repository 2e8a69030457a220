import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { StartupError } from "@switchyard/runtime/startup-error";

/** A Lua script of the installed BullMQ. */
export interface StockScript {
  readonly name: string;
  /** How many of its arguments are keys. */
  readonly keys: number;
  readonly content: string;
}

export interface StockScripts {
  readonly version: string;
  /** @throws StartupError when there is none of this name, or it is not the one our wrapping was written for. */
  get(name: string): StockScript;
}

/** SHA-256 of every stock script we wrap or call, as it was when the wrapping was written and tested. */
export interface KnownScripts {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
}

export function readKnownScripts(): KnownScripts {
  return JSON.parse(readFileSync(new URL("./stock-scripts.json", import.meta.url), "utf8")) as KnownScripts;
}

/**
 * The scripts are read from the package at every start and none is copied: their licence stays with them, and a fix of
 * theirs is a fix of ours. But what we add to one is right only for the script we know, so another is refused by its hash.
 */
export function readStockScripts(known: KnownScripts = readKnownScripts()): StockScripts {
  const require = createRequire(import.meta.url);
  const { version } = require("bullmq/package.json") as { version: string };
  const installed = new Map(
    Object.values(require("bullmq/dist/cjs/scripts") as Record<string, StockScript>).map((script) => [
      script.name,
      script,
    ]),
  );
  return {
    version,
    get(name) {
      const script = installed.get(name);
      const hash = script === undefined ? "nothing" : hashOf(script);
      if (script !== undefined && hash === known.scripts[name]) return script;
      throw new StartupError(
        "environment",
        `BullMQ ${version} has another script \`${name}\` than ${known.version}, which groups were written for; install bullmq ${known.version}`,
      );
    },
  };
}

function hashOf({ content, keys }: StockScript): string {
  return createHash("sha256").update(`${keys}\n${content}`).digest("hex");
}
