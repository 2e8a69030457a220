import type { MutantGroup } from "../mutant.ts";

const commands = [
  "tests/protocol/bounds.test.ts",
  "tests/protocol/commands.test.ts",
  "tests/protocol/channels.test.ts",
];
const malformed = ["tests/protocol/malformed.test.ts", "tests/protocol/traps.test.ts"];
const limits = ["tests/protocol/bounds.test.ts", "tests/protocol/limits.test.ts"];
const recovery = ["tests/protocol/bounds.test.ts", "tests/protocol/recovery.test.ts"];
const expiry = ["tests/protocol/expiry.test.ts"];
const access = ["tests/protocol/access.test.ts", "tests/protocol/unauthenticated.test.ts"];
const intake = ["apps/gateway/src/doors/centrifuge/command-intake.test.ts"];
const backlog = ["apps/gateway/src/doors/backlog.test.ts"];

/** What clients ask in the Centrifuge protocol, from the frame to the answer. */
export const doorMutants: MutantGroup = {
  name: "doors",
  root: "apps/gateway/src/doors/centrifuge",
  tests: commands,
  mutants: [
    {
      file: "../backlog.ts",
      find: "if (this.#waiting.length === pauseAt) this.#flow.pause();",
      replace: "",
      breaks: "A client that sends faster than it is served fills its own buffers.",
      tests: backlog,
    },
    {
      file: "../backlog.ts",
      find: "if (this.#waiting.length === pauseAt - 1) this.#flow.resume();",
      replace: "",
      breaks: "A client that was not read for a while is read again.",
      tests: backlog,
    },
    {
      file: "../backlog.ts",
      find: "await this.#run(item);",
      replace: "void this.#run(item);",
      breaks: "Commands of a client run one at a time.",
      tests: backlog,
    },
    {
      file: "../backlog.ts",
      find: "    this.#onIdle?.();\n",
      replace: "",
      breaks: "Who waits for the last answers is told when they are out.",
      tests: backlog,
    },
    {
      file: "command-intake.ts",
      find: "if (isConnect === this.#connectSeen) {",
      replace: "if (isConnect && this.#connectSeen) {",
      breaks: "Nothing is done for a client before it connects.",
      tests: intake,
    },
    {
      file: "command-intake.ts",
      find: "if (isConnect === this.#connectSeen) {",
      replace: "if (!isConnect && !this.#connectSeen) {",
      breaks: "A client connects once.",
      tests: intake,
    },
    {
      file: "command-intake.ts",
      find: 'if (!this.#client.takePong()) this.#breakOff("pong without ping");',
      replace: "this.#client.takePong();",
      breaks: "A pong that nobody asked for breaks the protocol.",
      tests: intake,
    },
    {
      file: "command-intake.ts",
      find: "void this.finish().then(() => this.#client.disconnect(disconnectCodes.badRequest));",
      replace: "this.#client.disconnect(disconnectCodes.badRequest);",
      breaks: "Commands before a broken one are answered.",
      tests: intake,
    },
    {
      file: "command-intake.ts",
      find: "    if (this.#isOver) return;\n    for",
      replace: "    for",
      breaks: "Nothing that follows a broken frame is done.",
      tests: intake,
      equivalent:
        "The loop behind it looks at the same flag before each command and stops at the first one. The line spares decoding what nobody will look at.",
    },
    {
      file: "command-intake.ts",
      find: "        outcome.afterReply?.();\n",
      replace: "",
      breaks: "After its reply a subscription is live.",
      tests: intake,
    },
    {
      file: "command-intake.ts",
      find: 'if (method === "connect") this.#client.refuse();',
      replace: "",
      breaks: "A client whose connect was refused can do nothing more.",
      tests: intake,
    },
    {
      file: "command-intake.ts",
      find: "if (isConnect || this.#isWithinRate(command)) {",
      replace: "if (true) {",
      breaks: "Commands over the rate are refused.",
      tests: intake,
    },
    {
      file: "command-limit.ts",
      find: "if (!this.#refusals.take(nowMs)) return",
      replace: "if (false) return",
      breaks: "Who is refused again and again is closed.",
      tests: intake,
    },
    {
      file: "command-limit.ts",
      find: 'if (method === "send") return { kind: "silent" };',
      replace: "",
      breaks: "A message without an answer has none over the rate either.",
      tests: intake,
    },
    {
      file: "command-table.ts",
      find: 'if (command.problem !== undefined) return refuse("badRequest", command.problem);',
      replace: "",
      breaks: "Data that others could not read is refused.",
      tests: intake,
    },
    {
      file: "command-table.ts",
      find: "if (unserved !== undefined) return",
      replace: "if (false) return",
      breaks: "A field the hub does not serve is refused and not ignored.",
      tests: intake,
    },
    {
      file: "subscription-result.ts",
      find: "const offset = recovery?.isComplete === true ? recovery.from.offset : position.offset;",
      replace: "const offset = position.offset;",
      breaks: "A client that recovers counts from where it stood.",
      tests: ["apps/gateway/src/doors/centrifuge/subscription-result.test.ts"],
    },
    {
      file: "subscription-result.ts",
      find: "...(recovery === undefined ? {} : { was_recovering: true }),",
      replace: "",
      breaks: "A client that asked to recover is told so.",
      tests: ["apps/gateway/src/doors/centrifuge/subscription-result.test.ts"],
    },
    {
      file: "subscription-result.ts",
      find: "Math.floor((expiresAtMs",
      replace: "Math.ceil(1.5 + (expiresAtMs",
      breaks: "A client renews its token while the old one is still good.",
      tests: ["apps/gateway/src/doors/centrifuge/subscription-result.test.ts"],
    },
    {
      file: "commands/refresh.ts",
      find: "if (credentials.user !== client.user) return invalid;",
      replace: "",
      breaks: "A connection does not become another user's.",
      tests: [...expiry, ...access],
    },
    {
      file: "commands/refresh.ts",
      find: 'if (verdict.kind === "forbidden") return invalid;',
      replace: "",
      breaks: "A subscription is not prolonged by another user's token.",
      tests: [...expiry, ...access],
    },
    {
      file: "commands/refresh.ts",
      find: "client.grant(subscription, access);",
      replace: "",
      breaks: "A subscription whose token was renewed goes on.",
      tests: expiry,
    },
    {
      file: "commands/subscribe.ts",
      find: 'if (client.subscriptions.has(request.channel)) return refuse("alreadySubscribed");',
      replace: "",
      breaks: "A client is subscribed to a channel once.",
      tests: commands,
    },
    {
      file: "commands/subscribe.ts",
      find: "client.subscriptions.size >= channelLimit",
      replace: "client.subscriptions.size > channelLimit",
      breaks: "A connection has no more channels than it may.",
      tests: limits,
    },
    {
      file: "commands/subscribe.ts",
      find: "const options = { ...checked.options, ...right.override };",
      replace: "const options = checked.options;",
      breaks: "A subscription token overrides options of its channel.",
      tests: ["tests/protocol/channels.test.ts"],
    },
    {
      file: "commands/history.ts",
      find: "Math.min(limit, limitMax)",
      replace: "limit",
      breaks: "A client reads no more of a history at once than it may.",
      tests: [...limits, ...commands, "tests/protocol/channels.test.ts"],
    },
    {
      file: "commands/history.ts",
      find: "reverse ? { epoch: since.epoch } : since",
      replace: "since",
      breaks: "A history is read backwards from a position.",
      tests: [...commands, ...recovery],
    },
    {
      file: "commands/history.ts",
      find: "if (since?.offset !== undefined && since.offset > offsetMax)",
      replace: "if (false)",
      breaks: "An offset no stream can have is refused by its name.",
      tests: [...malformed, ...commands],
    },
    {
      file: "../../session/publish-as-client.ts",
      find: 'if ("problem" in read) return refuse("badRequest", `data: ${read.problem}`);',
      replace: 'if ("problem" in read) return undefined;',
      breaks: "A client publishes only what its namespace allows.",
      tests: [...commands, ...malformed],
    },
    {
      file: "../../session/publish-as-client.ts",
      find: "info: client.infoIn(channel)",
      replace: "info: undefined",
      breaks: "A publication of a client says whose it is.",
      tests: commands,
    },
    {
      file: "commands/presence.ts",
      find: 'if (!options.presence) return refuse("notAvailable", "this channel keeps no presence");',
      replace: "",
      breaks: "Who asks for the presence of a channel that keeps none is told so.",
      tests: [...commands, "tests/presence/presence.test.ts"],
    },
  ],
};
