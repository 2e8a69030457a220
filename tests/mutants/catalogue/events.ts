import type { MutantGroup } from "../mutant.ts";

const index = ["packages/broker/src/redis/connections/redis-connections.redis.test.ts"];
const keeper = ["apps/gateway/src/presence/connection-keeper.test.ts"];
const worker = ["apps/worker/src/events/event-relay.test.ts", "apps/worker/src/events/event-handler.test.ts"];
const leases = ["packages/broker/src/redis/nodes/node-lease.redis.test.ts"];
const scripts = "packages/broker/src/redis/connections";

/** Who is connected, and what receivers are told of it. */
export const eventMutants: MutantGroup = {
  name: "events",
  root: ".",
  tests: [`${scripts}/event-outbox.redis.test.ts`],
  mutants: [
    {
      file: `${scripts}/write-connections.lua`,
      find: "if isTold and not known then",
      replace: "if isTold then",
      breaks: "A connection that is written again is not told again.",
    },
    {
      file: `${scripts}/write-connections.lua`,
      find: "return take(former, client)",
      replace: "return false",
      breaks: "What moves to a new lease in time was never lost.",
    },
    {
      file: `${scripts}/write-connections.lua`,
      find: 'open[index + 1] == "1" and newLife or "0"',
      replace: '"0"',
      breaks: "Who was told as lost, and comes again, is told under other ids.",
    },
    {
      file: `${scripts}/write-connections.lua`,
      find: "if isIn and not first then",
      replace: "if isIn then",
      breaks: "A subscription is told once.",
    },
    {
      file: `${scripts}/write-connections.lua`,
      find: 'redis.call("HDEL", records, client)\n    local left',
      replace: "local left",
      breaks: "An end is told once, whoever finds it.",
    },
    {
      file: `${scripts}/write-users.lua`,
      find: 'redis.call("ZREM", due, "u\\n" .. user) == 0',
      replace: "true",
      breaks: "Who is back in time is not told to be online again.",
    },
    {
      file: `${scripts}/take-outbox.lua`,
      find: "elseif countUser(users, name) == 0 then",
      replace: "else",
      breaks: "Who is back is not told to be offline when the time is over.",
      equivalent: "who comes back takes the entry out of the set of what is due",
    },
    {
      file: `${scripts}/take-outbox.lua`,
      find: "if made[1] then\n  return made\nend",
      replace: "",
      breaks: "A batch is the same until it is done.",
    },
    {
      file: `${scripts}/finish-outbox.lua`,
      find: 'redis.call("HINCRBY", dropped, receiver, changes[index + 1]) <= 0',
      replace: "true",
      breaks: "What a receiver was told to have missed is taken back, and nothing else.",
    },
    {
      file: `${scripts}/chunks/outbox.lua`,
      find: "outbox.epoch = math.max(outbox.epoch + 1, outbox.nowMs)",
      replace: "",
      breaks: "The epoch grows with each Redis process.",
    },
    {
      file: `${scripts}/chunks/outbox.lua`,
      find: "while outbox.bytes > outbox.maxBytes do",
      replace: "while false do",
      breaks: "The oldest events give way where too much waits.",
    },
    {
      file: `${scripts}/tell-messages.lua`,
      find: "if outbox.bytes + #data > maxBytes * 0.8 then",
      replace: "if false then",
      breaks: "Messages give way first.",
    },
    {
      file: `${scripts}/connection-entry.ts`,
      find: "return `${Buffer.byteLength(user)}:${user}:`;",
      replace: "return `${user.length}:${user}:`;",
      breaks: "The connections of a user are found, whatever the user is called.",
      tests: index,
    },
    {
      file: `${scripts}/redis-connection-reader.ts`,
      find: "filter(({ lease }) => live.has(lease))",
      replace: "filter(() => true)",
      breaks: "Connections of a dead node count nowhere.",
      tests: index,
    },
    {
      file: `${scripts}/connection-cursor.ts`,
      find: "return leases.includes(this.lease) ? this : this.#next(leases);",
      replace: "return this;",
      breaks: "A list goes on behind a node that has died.",
      tests: index,
    },
    {
      file: "apps/gateway/src/presence/connection-changes.ts",
      find: 'if (this.#changes.get(id)?.open === "new") this.#changes.delete(id);\n    else ',
      replace: "",
      breaks: "Who comes and goes before anything was written leaves no trace.",
      tests: keeper,
    },
    {
      file: "apps/gateway/src/presence/connection-changes.ts",
      find: 'const open = change.open === undefined ? newer?.open : "known";',
      replace: "const open = change.open ?? newer?.open;",
      breaks: "Who may have been written when a write failed is taken out when they go.",
      tests: keeper,
    },
    {
      file: "apps/worker/src/events/event-relay.ts",
      find: "listening.every(({ waiting }) => waiting >= behindFrom)",
      replace: "false",
      breaks: "While all receivers are behind a batch stays.",
      tests: worker,
    },
    {
      file: "apps/worker/src/events/event-handler.ts",
      find: "if (!isSealed(receiver, delivery)) return",
      replace: "if (false) return",
      breaks: "What was made by nobody who has the secret is sent to nobody.",
      tests: worker,
    },
    {
      file: "apps/worker/src/events/event-handler.ts",
      find: 'if (outcome.kind === "failed" && (outcome.final || isLast)) await lose(delivery);',
      replace: "",
      breaks: "What could not be brought to a receiver is counted.",
      tests: worker,
    },
    {
      file: "apps/worker/src/events/event-handler.ts",
      find: "if (gone.has(receiver.name)) return discard(delivery);",
      replace: "",
      breaks: "A receiver that is gone is asked no more.",
      tests: worker,
    },
    {
      file: "apps/worker/src/events/event-relay.ts",
      find: "states.filter((_, index) => isGone[index] !== true)",
      replace: "states",
      breaks: "Nobody waits for a receiver that is gone.",
      tests: worker,
    },
    {
      file: "apps/worker/src/events/gone-receivers.ts",
      find: "mark === this.#marks.get(name)",
      replace: "mark !== undefined",
      breaks: "A receiver that was gone is told again when its settings are others.",
      tests: ["apps/worker/src/events/gone-receivers.test.ts"],
    },
    {
      file: "apps/worker/src/handlers/describe-reply.ts",
      find: "Math.min(retryAfterMs, laneRetryAfterMaxMs)",
      replace: "retryAfterMs",
      breaks: "A lane waits for a receiver for a minute at most, whatever it asks for.",
      tests: worker,
    },
    {
      file: "packages/broker/src/redis/nodes/live-handlers.ts",
      find: "alive.filter(({ isDraining }) => isDraining !== true)",
      replace: "alive",
      breaks: "Nobody waits for a worker that stops.",
      tests: ["packages/broker/src/redis/nodes/live-handlers.redis.test.ts"],
    },
    {
      file: "packages/broker/src/redis/nodes/node-lease.ts",
      find: "if (!isExtra) this.#renewalsInRow++;",
      replace: "this.#renewalsInRow++;",
      breaks: "A look in between does not count for how long a node is back.",
      tests: leases,
    },
  ],
};
