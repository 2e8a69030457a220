import type { MutantGroup } from "../mutant.ts";

const revocations = ["packages/broker/src/redis/revocations/redis-revocations.redis.test.ts"];
const list = ["packages/broker/src/revocation-list.test.ts"];
const gateway = "../../../apps/gateway/src";
const enlisting = ["apps/gateway/src/session/enlist.test.ts"];

/** Users who are kept out, in Redis, in memory and at the doors. */
export const blockMutants: MutantGroup = {
  name: "blocks",
  root: "packages/broker/src",
  tests: revocations,
  mutants: [
    {
      file: "redis/revocations/set-block.lua",
      find: "math.max(now, stampOf(standing) + 1)",
      replace: "now",
      breaks: "The last of a user's blocks and unblocks stands, also when the clock was set back.",
    },
    {
      file: "redis/revocations/restore-revocations.lua",
      find: "if standing and stampOf(standing) >= stampOf(entry) then return 0 end",
      replace: "if standing == entry then return 0 end",
      breaks: "A block that was taken back is not written back.",
    },
    {
      file: "redis/revocations/chunks/kept-revocations.lua",
      find: 'if standing then redis.call("ZREM", entries, standing) end',
      replace: "",
      breaks: "One entry is kept for each user, however often they are blocked.",
    },
    {
      file: "redis/revocations/chunks/kept-revocations.lua",
      find: 'redis.call("PEXPIREAT", blocks, last)',
      replace: 'redis.call("EXISTS", blocks)',
      breaks: "Nothing of a block is left when it is over.",
    },
    {
      file: "redis/revocations/chunks/kept-revocations.lua",
      find: 'if user then redis.call("HDEL", blocks, user) end',
      replace: "",
      breaks: "A block that is over leaves no field behind, while others go on.",
    },
    {
      file: "redis/revocations/revoke.lua",
      find: 'if beforeMs == "" then beforeMs = nowText end',
      replace: "beforeMs = nowText",
      breaks: "Tokens issued after the named time stay good.",
    },
    {
      file: "revocation-list.ts",
      find: "known.beforeMs >= revocation.beforeMs) return false;",
      replace: "known.beforeMs === revocation.beforeMs) return false;",
      breaks: "A block that is learnt after its unblock is no news.",
      tests: list,
    },
    {
      file: "revocation-list.ts",
      find: "if (this.isBlocked(user)) return true;",
      replace: "",
      breaks: "Whoever asks whether a bearer is revoked hears of blocks, too.",
      tests: list,
    },
    {
      file: `${gateway}/session/admit.ts`,
      find: "if (shutOut !== undefined)",
      replace: "if (Math.random() > 1)",
      breaks: "Nobody is listed who was shut out while it was found out who they are.",
      tests: enlisting,
    },
    {
      file: `${gateway}/access/shut-out-reason.ts`,
      find: "if (revocations.isBlocked(user)) return disconnectCodes.permissionDenied;",
      replace: "",
      breaks: "A blocked user is told so by the code.",
      tests: enlisting,
    },
  ],
};
