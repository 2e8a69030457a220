import type { MutantGroup } from "../mutant.ts";

const keeper = ["apps/gateway/src/presence/occupancy-keeper.redis.test.ts"];
const webhooks = ["apps/worker/src/pusher/webhooks.redis.test.ts"];
const api = ["apps/api/src/pusher/pusher-api.redis.test.ts", "apps/api/src/pusher/pusher-refusals.redis.test.ts"];

/** Which channels of apps are occupied, what is told of it, and what back ends may ask. */
export const occupancyMutants: MutantGroup = {
  name: "occupancy",
  root: ".",
  tests: ["packages/broker/src/redis/occupancy/redis-occupancy.redis.test.ts"],
  mutants: [
    {
      file: "packages/broker/src/redis/occupancy/chunks/counts.lua",
      find: "if other ~= lease then",
      replace: "if true then",
      breaks: "A count that is written again takes the place of the one before.",
    },
    {
      file: "packages/broker/src/redis/occupancy/chunks/counts.lua",
      find: 'redis.call("SREM", index.ofNode, name)',
      replace: "",
      breaks: "A node's index lists what it has, and nothing it had.",
    },
    {
      file: "packages/broker/src/redis/occupancy/write-counts.lua",
      find: 'redis.call("ZREM", due, field) == 0',
      replace: "true",
      breaks: "Who is back in time was never gone, on whichever node.",
    },
    {
      file: "packages/broker/src/redis/occupancy/write-counts.lua",
      find: "tellsEdges and was and not is",
      replace: "tellsEdges and not is",
      breaks: "Nobody is told of the end of what never began.",
    },
    {
      file: "packages/broker/src/redis/occupancy/write-counts.lua",
      find: '"NX", ',
      replace: "",
      breaks: "A count that changes all the time is told of all the same.",
    },
    {
      file: "packages/broker/src/redis/occupancy/write-counts.lua",
      find: "total > crowd and time + crowdMs or time",
      replace: "time",
      breaks: "The count of a crowd is told at most every five seconds.",
    },
    {
      file: "packages/broker/src/redis/occupancy/write-counts.lua",
      find: "if tellsCounts and not isMember then",
      replace: "if not isMember then",
      breaks: "Nothing waits of a realm nobody is told of.",
    },
    {
      file: "packages/broker/src/redis/occupancy/take-events.lua",
      find: "if made[1] then",
      replace: "if false then",
      breaks: "A batch stays the same until it is done.",
    },
    {
      file: "packages/broker/src/redis/occupancy/take-events.lua",
      find: 'redis.call("ZREM", due, entry)\n',
      replace: "\n",
      breaks: "What was due is told once.",
    },
    {
      file: "packages/broker/src/redis/chunks/waiting.lua",
      find: "bytes + #event > bytesMax",
      replace: "false",
      breaks: "A batch is bounded in bytes.",
    },
    {
      file: "packages/broker/src/redis/occupancy/finish-batch.lua",
      find: 'redis.call("HGET", batch, "id") ~= id',
      replace: "false",
      breaks: "Who is late ends no batch of somebody else.",
    },
    {
      file: "packages/broker/src/redis/chunks/waiting.lua",
      find: "if excess <= 0 then",
      replace: "if true then",
      breaks: "Events that nobody takes are bounded.",
    },
    {
      file: "packages/broker/src/redis/occupancy/redis-occupancy-reader.ts",
      find: "if (live.has(entry.slice(0, colon)))",
      replace: "if (true)",
      breaks: "What a dead node had does not count.",
    },
    {
      file: "packages/broker/src/redis/occupancy/redis-occupancy-reader.ts",
      find: "begin.replaceAll(/[*?[\\]\\\\]/g, String.raw`\\$&`)",
      replace: "begin",
      breaks: "A prefix is a text and no pattern.",
    },
    {
      file: "packages/broker/src/redis/occupancy/redis-occupancy.ts",
      find: "Buffer.byteLength(field)",
      replace: "field.length",
      breaks: "A name outside of ASCII is counted by its whole name.",
    },
    {
      file: "apps/gateway/src/presence/occupancy-keeper.ts",
      find: "await new Promise((resolve) => setImmediate(resolve));",
      replace: "",
      breaks: "What happens in one turn is one write.",
      tests: keeper,
    },
    {
      file: "apps/gateway/src/presence/occupancy-keeper.ts",
      find: "await delay(paceMs);",
      replace: "",
      breaks: "A crowd that comes for some time is a few writes.",
      tests: keeper,
    },
    {
      file: "apps/gateway/src/presence/occupancy-keeper.ts",
      find: "for (const field of fields) unwritten.add(field);",
      replace: "",
      breaks: "What Redis did not take is written when it is back.",
      tests: keeper,
    },
    {
      file: "apps/gateway/src/presence/occupancy-keeper.ts",
      find: 'place?.countsMembers !== true || user === ""',
      replace: "place === undefined",
      breaks: "Only users in presence channels are members, and nobody without an id.",
      tests: keeper,
    },
    {
      file: "apps/worker/src/pusher/webhook-relay.ts",
      find: "idempotencyKey: `webhook:${batch.id}:${index}`,",
      replace: "",
      breaks: "Workers that find the same batch send it once.",
      tests: webhooks,
    },
    {
      file: "apps/worker/src/pusher/webhook-relay.ts",
      find: "  max_size: laneMax,\n",
      replace: "",
      breaks: "What waits for a receiver that stands still beside others is bounded.",
      tests: webhooks,
    },
    {
      file: "apps/worker/src/pusher/webhook-handler.ts",
      find: " || !isSignatureOf(app.secret, body, signature)",
      replace: "",
      breaks: "Nothing is sent that this hub has not signed.",
      tests: webhooks,
    },
    {
      file: "apps/worker/src/handlers/describe-reply.ts",
      find: "...wait, final: false,",
      replace: "...wait,",
      breaks: "Whatever a receiver answers, if it is not 2xx it is asked again.",
      tests: webhooks,
    },
    {
      file: "apps/api/src/pusher/trigger-events.ts",
      find: "{ exclude: socketId }",
      replace: "{}",
      breaks: "The connection that is named is not sent to.",
      tests: api,
    },
    {
      file: "apps/api/src/pusher/signed-request.ts",
      find: 'if (problem !== undefined) throw new ApiError("unauthorized", problem);',
      replace: "",
      breaks: "Nobody is served without the signature of the app.",
      tests: api,
    },
    {
      file: "apps/api/src/pusher/event-request.ts",
      find: "bytes > app.event_max_size",
      replace: "false",
      breaks: "Data is bounded by the app.",
      tests: api,
    },
  ],
};
