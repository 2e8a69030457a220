import type { MutantGroup } from "../mutant.ts";

const text = [
  "apps/gateway/src/doors/text/text-door.redis.test.ts",
  "apps/gateway/src/doors/text/push-line.redis.test.ts",
];
const conversation = ["apps/gateway/src/doors/text/conversation.test.ts"];
const reader = ["apps/gateway/src/doors/text/line-reader.test.ts"];
const udp = ["apps/gateway/src/doors/udp/udp-door.redis.test.ts"];
const map = ["apps/gateway/src/doors/channel-map.test.ts"];

/** Pushes without HTTP: lines and datagrams, and which channel a datagram's fields name. */
export const pushPortMutants: MutantGroup = {
  name: "push ports",
  root: ".",
  tests: text,
  mutants: [
    {
      file: "packages/runtime/src/secrets-match.ts",
      find: ' && secret !== ""',
      replace: "",
      breaks: "An empty secret matches nothing.",
      tests: ["packages/runtime/src/secrets-match.test.ts"],
    },
    {
      file: "packages/runtime/src/secrets-match.ts",
      find: "  bytes.writeUInt32LE(Buffer.byteLength(text), 0);\n",
      replace: "",
      breaks: "A key with more behind it is another key.",
      tests: ["packages/runtime/src/secrets-match.test.ts"],
    },
    {
      file: "packages/broker/src/redis/control/answer-inbox.ts",
      find: " || question.connections >= enough",
      replace: "",
      breaks: "A gateway that hangs makes nobody wait who has enough answers.",
      tests: ["packages/broker/src/redis/control/redis-control.redis.test.ts"],
    },
    {
      file: "apps/gateway/src/doors/channel-map.ts",
      find: "if (boundaryCharacters.test(id))",
      replace: 'if (id === ":")',
      breaks: "No value changes which channel is meant.",
      tests: map,
    },
    {
      file: "apps/gateway/src/doors/channel-map.ts",
      find: "Object.hasOwn(fields, name)",
      replace: "name in fields",
      breaks: "What an object inherits is none of its fields.",
      tests: map,
    },
    {
      file: "packages/runtime/src/config/channel-template.ts",
      find: "if (glued !== -1) {",
      replace: "if (glued > 99) {",
      breaks: "Different values of one template make different channels.",
      tests: ["packages/runtime/src/config/channel-template.test.ts"],
    },
    {
      file: "apps/gateway/src/doors/text/conversation.ts",
      find: "!this.#socket.writableNeedDrain;",
      replace: "true;",
      breaks: "A peer that reads no answers fills no memory.",
      tests: conversation,
    },
    {
      file: "apps/gateway/src/doors/text/conversation.ts",
      find: "this.#pendingBytes >= bounds.bytes;",
      replace: "false;",
      breaks: "Long lines on their way are bounded by their bytes.",
      tests: conversation,
    },
    {
      file: "apps/gateway/src/doors/text/conversation.ts",
      find: "if (last !== undefined) this.#begin(last);",
      replace: "",
      breaks: "What stands behind the last line break is answered.",
      tests: conversation,
    },
    {
      file: "apps/gateway/src/doors/text/line-reader.ts",
      find: "this.#isPassingOver = end === -1;",
      replace: "this.#isPassingOver = false;",
      breaks: "A line that is too long is told once.",
      tests: reader,
    },
    {
      file: "apps/gateway/src/doors/text/line-answers.ts",
      find: "if (!isKnown) return refuse",
      replace: "if (false) return refuse",
      breaks: "Nothing is pushed before the secret was said.",
    },
    {
      file: "apps/gateway/src/doors/text/line-answers.ts",
      find: "    isOver = true;\n",
      replace: "",
      breaks: "Behind a wrong secret, or HTTP, nothing is pushed, also of the same packet.",
    },
    {
      file: "apps/gateway/src/doors/text/push-line.ts",
      find: 'outcome: connections > 0 ? "ok" : "fail"',
      replace: 'outcome: nodes > 0 ? "ok" : "fail"',
      breaks: "`ok` says that a connection was handed the message, not that a gateway has an interest.",
    },
    {
      file: "apps/gateway/src/doors/udp/udp-door.ts",
      find: "      count(fate);\n",
      replace: '      if (fate === "accepted") count(fate);\n',
      breaks: "Accepted and dropped are all that were sent.",
      tests: udp,
    },
  ],
};
