import type { MutantGroup } from "../mutant.ts";

const reading = ["packages/protocol/src/read-json.test.ts", "packages/protocol/src/command.test.ts"];
const depth = ["packages/protocol/src/json-depth.test.ts"];
const encodings = [
  "packages/protocol/src/encoding/json-encoding.test.ts",
  "packages/protocol/src/encoding/golden.test.ts",
];
const commands = ["packages/protocol/src/command.test.ts"];
const times = ["packages/protocol/src/read-time.test.ts"];
const bodies = ["packages/protocol/src/publication-body.test.ts", ...encodings];
const names = ["packages/protocol/src/channel-name.test.ts"];
const ids = [
  ...names,
  "packages/tasks/src/redis/task-keys.test.ts",
  "packages/tasks/src/bullmq/names-from-outside.redis.test.ts",
];

/** What is read and written: the protocol, names and times. */
export const valueMutants: MutantGroup = {
  name: "values",
  root: "packages",
  tests: reading,
  mutants: [
    {
      file: "protocol/src/read-json.ts",
      find: "isNestedDeeperThan(nestingMax + wrappings, text)",
      replace: "isNestedDeeperThan(2 * nestingMax, text)",
      breaks: "Data that PHP could not read is refused.",
    },
    {
      file: "protocol/src/read-json.ts",
      find: "if (!text.isWellFormed()) return true;",
      replace: "",
      breaks: "Half a surrogate pair that stands as itself is refused.",
    },
    {
      file: "protocol/src/read-json.ts",
      find: "u[dD][89abAB]\\w\\w\\\\u[dD][c-fC-F]\\w\\w|",
      replace: "",
      breaks: "A whole pair of escapes is a character.",
    },
    {
      file: "protocol/src/read-json.ts",
      find: "mayChangeNumbers(this.#text) ? parseExactJson(this.#text) : this.value",
      replace: "this.value",
      breaks: "Numbers that are handed on keep their digits.",
    },
    {
      file: "protocol/src/exact-json.ts",
      find: "|\\.\\d*0(?!\\d)|-0(?![\\d.])|0\\.000000/.test",
      replace: "/.test",
      breaks: "1.0 does not become 1.",
    },
    {
      file: "protocol/src/exact-json.ts",
      find: "/\\d[\\d.]{15}|\\d[eE][-+]?\\d{3}/",
      replace: "/\\d[\\d.]{17}|\\d[eE][-+]?\\d{3}/",
      breaks: "A number of 17 digits is seen to be too long for a double.",
      tests: [...reading, "packages/broker/src/redis/presence/presence-entry.test.ts"],
    },
    {
      file: "protocol/src/well-formed-json.ts",
      find: '/^[dD][89a-fA-F]/.test(code ?? "")',
      replace: '/^[dD][89abAB]/.test(code ?? "")',
      breaks: "A second half that stands alone is replaced, too.",
      tests: ["packages/protocol/src/well-formed-json.test.ts"],
    },
    {
      file: "protocol/src/well-formed-json.ts",
      find: "|\\\\[^u]/g",
      replace: "/g",
      breaks: "A backslash and the letters ud800 are text.",
      tests: ["packages/protocol/src/well-formed-json.test.ts"],
    },
    {
      file: "protocol/src/json-depth.ts",
      find: "if (escapes % 2 === 0) return end;",
      replace: "return end;",
      breaks: "Brackets in a text are no levels.",
      tests: depth,
    },
    {
      file: "protocol/src/json-depth.ts",
      find: "        depth -= 1;\n",
      replace: "",
      breaks: "A long list is not a deep one.",
      tests: depth,
    },
    {
      file: "protocol/src/json-depth.ts",
      find: "if (depth > limit) return true;",
      replace: "if (depth >= limit) return true;",
      breaks: "512 levels are allowed.",
      tests: depth,
    },
    {
      file: "protocol/src/split-object.ts",
      find: "if ((end - before) % 2 === 1) return end + 1;",
      replace: "return end + 1;",
      breaks: "A quote that is escaped does not end a text.",
      tests: bodies,
    },
    {
      file: "protocol/src/split-object.ts",
      find: "      i = endOfText(json, i) - 1;\n",
      replace: "",
      breaks: "Braces in a text end no value.",
      tests: bodies,
    },
    {
      file: "protocol/src/read-time.ts",
      find: "if (ms >= earliestMs) return { ms };",
      replace: "return { ms };",
      breaks: "Seconds are not taken for milliseconds.",
      tests: times,
    },
    {
      file: "protocol/src/read-time.ts",
      find: "return isDay ? ms :",
      replace: "return Number.isFinite(ms) ? ms :",
      breaks: "31 February is refused.",
      tests: times,
    },
    {
      file: "protocol/src/command.ts",
      find: 'if (id === 0 && method !== "send") return',
      replace: "if (false) return",
      breaks: "A command has an id.",
      tests: commands,
    },
    {
      file: "protocol/src/command.ts",
      find: "id > idMax)",
      replace: "id > 2 * idMax)",
      breaks: "An id is a uint32.",
      tests: commands,
    },
    {
      file: "protocol/src/command.ts",
      find: 'if (decoded.method === "malformed") return;',
      replace: "",
      breaks: "Nothing is read behind a broken line.",
      tests: commands,
    },
    {
      file: "protocol/src/command.ts",
      find: "if (!validators[method]?.Check(request)) return",
      replace: "if (false) return",
      breaks: "A field of the wrong type breaks the protocol.",
      tests: commands,
    },
    {
      file: "protocol/src/request-fields.ts",
      find: 'value === false || value === 0 || value === ""',
      replace: "value === false || value === 0",
      breaks: "A field that says nothing is not refused.",
      tests: ["packages/protocol/src/request-fields.test.ts", "tests/protocol/unserved-fields.test.ts"],
    },
    {
      file: "protocol/src/request-fields.ts",
      find: 'if (own !== undefined || method !== "connect") return own;',
      replace: "return own;",
      breaks: "What a connect asks of its channels is refused where it is not served.",
      tests: ["packages/protocol/src/request-fields.test.ts", "tests/protocol/unserved-fields.test.ts"],
    },
    {
      file: "protocol/src/encoding/json-encoding.ts",
      find: 'const head = offset > 0 ? `"pub":{"offset":${offset},` : \'"pub":{\';',
      replace: 'const head = `"pub":{"offset":${offset},`;',
      breaks: "A publication without a place has no offset.",
      tests: encodings,
    },
    {
      file: "protocol/src/encoding/json-encoding.ts",
      find: "temporary ? { code, message, temporary } : { code, message }",
      replace: "{ code, message }",
      breaks: "A client is told that trying again can work.",
      tests: encodings,
    },
    {
      file: "protocol/src/channel-name.ts",
      find: 'channel.lastIndexOf("#")',
      replace: 'channel.indexOf("#")',
      breaks: "The users of a channel stand behind its last #.",
      tests: [...names, "apps/gateway/src/access/permissions.test.ts"],
    },
    {
      file: "protocol/src/channel-name.ts",
      find: 'channel.indexOf(":", start)',
      replace: 'channel.lastIndexOf(":")',
      breaks: "A namespace ends at the first colon.",
      tests: names,
    },
    {
      file: "protocol/src/task-id.ts",
      find: "reserved.has(text) ||",
      replace: "",
      breaks: "No task is called like a key of the queue.",
      tests: ids,
    },
    {
      file: "protocol/src/task-id.ts",
      find: 'if (text.includes(":") && !scheduledRun.test(text)) return false;',
      replace: "",
      breaks: "No task is called like what belongs to a task.",
      tests: ids,
    },
    {
      file: "protocol/src/id-fault.ts",
      find: "Buffer.byteLength(id) > maxBytes",
      replace: "id.length > maxBytes",
      breaks: "The bound on the id of a user counts bytes.",
      tests: ["packages/protocol/src/id-fault.test.ts"],
    },
    {
      file: "protocol/src/id-fault.ts",
      find: 'return id.isWellFormed() ? undefined : "must be Unicode text";',
      replace: "return undefined;",
      breaks: "The id of a user is Unicode.",
      tests: ["packages/protocol/src/id-fault.test.ts"],
    },
  ],
};
