import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import type { ChannelRules } from "../../channel-rules.ts";
import { knownChannelName } from "../../channel-name.ts";
import { channelKeys } from "../keys.ts";
import { newEpoch, newLeap } from "./new-life.ts";
import { ServerIdentity } from "./server-identity.ts";

export interface PublishStepOptions {
  readonly prefix: string;
  readonly rules: Pick<ChannelRules, "find">;
}

/**
 * How a script of another package publishes in the very step that changes what a channel is about: Lua that defines
 * `publishStep`, `positionStep` and `forgetStep`, see chunks/publish-step.lua, the keys of a channel, and what is to be said of it in each
 * call. Of namespaces with history; how that is kept is told by their rules and nobody else.
 */
export function createPublishStep({ prefix, rules }: PublishStepOptions) {
  const identities = new WeakMap<Redis, ServerIdentity>();
  const identityOf = (redis: Redis): ServerIdentity => {
    const known = identities.get(redis) ?? new ServerIdentity(redis);
    identities.set(redis, known);
    return known;
  };
  return {
    lua: ["append", "publish-step"].map(read).join("\n"),
    keys(channel: string): { readonly stream: string; readonly meta: string } {
      const { stream, meta } = channelKeys(prefix, knownChannelName(channel));
      return { stream, meta };
    },
    /** For one script that is sent over `redis` now. */
    terms(redis: Redis, channel: string): string | Promise<string> {
      const name = knownChannelName(channel);
      const rule = rules.find(name);
      if (rule === undefined || !rule.keepsHistory) throw new TypeError(`${channel} keeps no history`);
      const { pubsub } = channelKeys(prefix, name);
      const termsOn = (server: string) =>
        [rule.history_size, rule.historyTtlMs, rule.historyMetaTtlMs, newEpoch(), server, newLeap(), pubsub].join(" ");
      const identity = identityOf(redis);
      return identity.current === undefined ? identity.read().then(termsOn) : termsOn(identity.current);
    },
  };
}

function read(chunk: string): string {
  return readFileSync(new URL(`./chunks/${chunk}.lua`, import.meta.url), "utf8");
}
