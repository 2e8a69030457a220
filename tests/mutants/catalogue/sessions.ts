import type { MutantGroup } from "../mutant.ts";

const recovery = ["tests/protocol/bounds.test.ts", "tests/protocol/recovery.test.ts", "apps/gateway/src/recovery"];
const channels = [
  "tests/protocol/bounds.test.ts",
  "tests/protocol/channels.test.ts",
  "tests/protocol/commands.test.ts",
  "tests/protocol/rejoin.test.ts",
];
const commands = ["tests/protocol/commands.test.ts", "tests/protocol/channels.test.ts"];
const malformed = ["tests/protocol/malformed.test.ts", "tests/protocol/traps.test.ts"];
const limits = ["tests/protocol/bounds.test.ts", "tests/protocol/limits.test.ts"];
const expiry = ["tests/protocol/expiry.test.ts", "apps/gateway/src/session/expiries.test.ts"];
const access = ["tests/protocol/access.test.ts", "tests/protocol/unauthenticated.test.ts"];
const control = ["tests/server-api-grants.test.ts", "tests/server-api.test.ts"];
const session = ["apps/gateway/src/session/session.test.ts"];
const presence = ["tests/presence/presence.test.ts"];
const unauthenticated = ["tests/protocol/unauthenticated.test.ts"];

/** Sessions and the commands of their clients. */
export const sessionMutants: MutantGroup = {
  name: "sessions",
  root: "apps/gateway/src",
  tests: commands,
  mutants: [
    {
      file: "session/stale-watch.ts",
      find: "onOver(this.#hasKnocked), delayMs);",
      replace: "undefined, delayMs);",
      breaks: "A client that never connects is closed.",
      tests: [...session, ...unauthenticated],
    },
    {
      file: "session/session.ts",
      find: "    this.#stopStaleWatch();\n    this.#services.heartbeat.add(",
      replace: "    this.#services.heartbeat.add(",
      breaks: "A client that has connected is not closed as a stranger.",
      tests: session,
    },
    {
      file: "session/session.ts",
      find: "if (this.subscriptions.get(subscription.channel) === subscription) this",
      replace: "this",
      breaks: "A late end of an old subscription does not take the new one to the same channel along.",
      tests: session,
    },
    {
      file: "session/session.ts",
      find: "    this.#services.roster.leave(subscription);\n",
      replace: "",
      breaks: "Who unsubscribes is not there any more.",
      tests: presence,
    },
    {
      file: "session/session.ts",
      find: "    this.#services.hub.remove(subscription);\n",
      replace: "",
      breaks: "Who unsubscribes hears nothing more.",
      tests: channels,
    },
    {
      file: "session/session.ts",
      find: "this.disconnect(waitsForUs ? disconnectCodes.serverError : disconnectCodes.stale);",
      replace: "this.disconnect(disconnectCodes.stale);",
      breaks: "A client that waits for Redis comes back by itself.",
      tests: ["apps/gateway/src/session/session.test.ts"],
    },
    {
      file: "carriers/http-handler.ts",
      find: 'request.once("end", destroyAfterCloseTimeout(request.socket));',
      replace: "destroyAfterCloseTimeout(request.socket);",
      breaks: "A refusal ends no request that comes after it over the same connection.",
      tests: ["apps/gateway/src/carriers/http-handler.test.ts"],
    },
    {
      file: "session/session.ts",
      find: "if (this.#awaitsPong) this.disconnect",
      replace: "if (false) this.disconnect",
      breaks: "A client that does not answer pings is closed.",
      tests: session,
    },
    {
      file: "session/session.ts",
      find: "    this.#awaitsPong = false;\n    return wasAwaited;",
      replace: "    return wasAwaited;",
      breaks: "A client that answers pings is not closed.",
      tests: session,
    },
    {
      file: "session/session.ts",
      find: "this.#services.sessions.add(this);\n    this.#watchExpiry();",
      replace: "this.#services.sessions.add(this);",
      breaks: "A connection ends when its token has run out.",
      tests: expiry,
    },
    {
      file: "session/session.ts",
      find: 'if (isToldOf) this.tell({ kind: "refreshed", expiresAtMs });',
      replace: "",
      breaks: "A client whose connection the back end prolonged is told.",
      tests: control,
    },
    {
      file: "session/session.ts",
      find: "queueMicrotask(() => this.disconnect(disconnectCodes.slow));",
      replace: "",
      breaks: "A client that does not read is closed as slow.",
      tests: ["tests/protocol/slow-reader.test.ts"],
    },
    {
      file: "session/client.ts",
      find: "...(access?.info === undefined ? {} : { chan_info: access.info }),",
      replace: "",
      breaks: "What a token says of a subscriber is shown in the channel.",
      tests: [...access, ...channels, ...control],
    },
    {
      file: "session/admit.ts",
      find: "if (limit > 0 && sessions.count >= limit) return true;",
      replace: "",
      breaks: "A node takes no more connections than it is set to.",
      tests: limits,
    },
    {
      file: "session/admit.ts",
      find: 'limitOfUser > 0 && user !== "" && sessions',
      replace: "limitOfUser > 0 && sessions",
      breaks: "The bound on one user's connections is not for anonymous clients.",
      tests: limits,
    },
    {
      file: "session/admit.ts",
      find: "if (grants.size > services.client.channel_limit)",
      replace: "if (false)",
      breaks: "A token subscribes to no more channels than a connection may have.",
      tests: limits,
    },
    {
      file: "session/admit.ts",
      find: 'user !== "" && name === userChannel(user)',
      replace: 'user !== "" && name.startsWith("user:")',
      breaks: "A token does not open the channel of another user.",
      tests: ["tests/reserved-namespaces.test.ts", ...access],
    },
    {
      file: "session/admit.ts",
      find: "{ ...checked.options, ...grant.override }",
      replace: "checked.options",
      breaks: "A token overrides options of the channels it opens.",
      tests: channels,
    },
    {
      file: "session/subscribe-client.ts",
      find: "    client.leave(subscription);\n",
      replace: "",
      breaks: "After a subscribe that failed the client can try again.",
      tests: [...recovery, ...channels],
    },
    {
      file: "session/subscribe-client.ts",
      find: "subscription.hearsJoinLeave = options.join_leave && hearsJoinLeave;",
      replace: "subscription.hearsJoinLeave = options.join_leave;",
      breaks: "Who did not ask for joins and leaves gets none.",
      tests: presence,
    },
    {
      file: "session/subscribe-client.ts",
      find: "(options.allow_recovery && wish.isRecoverable === true)",
      replace: "wish.isRecoverable === true",
      breaks: "A channel is recoverable only where its namespace allows it.",
      tests: recovery,
    },
    {
      file: "session/subscribe-client.ts",
      find: "(options.allow_positioning && wish.isPositioned === true)",
      replace: "wish.isPositioned === true",
      breaks: "A channel is positioned only where its namespace allows it.",
      tests: recovery,
    },
    {
      file: "session/subscribe-client.ts",
      find: "if (asks && !isComplete && wish.refusesLoss === true) throw",
      replace: "if (false) throw",
      breaks: "Who would rather be refused than lose something is refused.",
      tests: recovery,
    },
    {
      file: "session/subscribe-client.ts",
      find: "if (!asks && !isComplete) return",
      replace: "if (!isComplete) return",
      breaks: "Who asked for what it missed is told that it is lost.",
      tests: recovery,
    },
    {
      file: "session/subscribe-client.ts",
      find: 'mode === "cache" && options.auto_cache_recover',
      replace: 'mode === "cache"',
      breaks: "A late subscriber is handed the newest publication only where that is set.",
      tests: recovery,
    },
    {
      file: "session/subscribe-client.ts",
      find: "return from.offset > offsetMax ?",
      replace: "return false ?",
      breaks: "An offset no stream can have is a lost position.",
      tests: [...recovery, ...malformed],
    },
    {
      file: "session/expiries.ts",
      find: "Math.max(stepAt(expiresAtMs + graceMs) - 1, this.#done + 1)",
      replace: "stepAt(expiresAtMs + graceMs) - 1",
      breaks: "A deadline in the past is still met.",
      tests: expiry,
    },
    {
      file: "session/expiries.ts",
      find: "    this.delete(target);\n    if (expiresAtMs",
      replace: "    if (expiresAtMs",
      breaks: "What was prolonged does not end at its old deadline.",
      tests: expiry,
    },
    {
      file: "session/check-channel.ts",
      find: "channelRegex.test(splitChannelName(text).rest)",
      replace: "channelRegex.test(text)",
      breaks: "The channel_regex of a namespace is about what stands behind its name.",
      tests: channels,
    },
    {
      file: "session/token-refusal.ts",
      find: 'return refuse("internal", "tokens cannot be checked at the moment");',
      replace: "return whenInvalid;",
      breaks: "A client is not told to give up because keys cannot be fetched.",
      tests: ["apps/gateway/src/session/token-refusal.test.ts"],
    },
  ],
};
