import type { MutantGroup } from "../mutant.ts";

const decoding = "packages/protocol/src/protobuf/decode-commands.test.ts";
const golden = "packages/protocol/src/encoding/golden.test.ts";

/** The protocol's second form: what is read, what is written, and the tables both follow. */
export const protobufMutants: MutantGroup = {
  name: "protobuf",
  root: "packages/protocol/src",
  tests: [golden, decoding],
  mutants: [
    {
      file: "protobuf/schema/command.ts",
      find: "  positioned: one(9, bool),\n  recoverable: one(10, bool),",
      replace: "  positioned: one(10, bool),\n  recoverable: one(9, bool),",
      breaks: "A wish stands under the number the protocol has for it.",
    },
    {
      file: "protobuf/schema/command.ts",
      find: "flag: one(14, int64)",
      replace: "flag: one(24, int64)",
      breaks: "The flag of a subscribe is read.",
    },
    {
      file: "protobuf/schema/command.ts",
      find: "type: one(15, int32)",
      replace: "type: one(25, int32)",
      breaks: "What is not served is read, so that it can be refused.",
    },
    {
      file: "protobuf/schema/command.ts",
      find: "limit: one(7, int32)",
      replace: "limit: one(7, uint32)",
      breaks: "A limit of a history may be negative.",
    },
    {
      file: "protobuf/schema/shared.ts",
      find: "  recovered: one(8, bool),",
      replace: "  recovered: one(18, bool),",
      breaks: "A client is told that it has recovered.",
    },
    {
      file: "protobuf/schema/shared.ts",
      find: "  delta: one(8, bool),",
      replace: "  delta: one(18, bool),",
      breaks: "A publication says that its data is a delta.",
    },
    {
      file: "protobuf/schema/reply.ts",
      find: "temporary: one(3, bool)",
      replace: "temporary: one(4, bool)",
      breaks: "An error says that trying again can help.",
    },
    {
      file: "protobuf/schema/reply.ts",
      find: "message({ code: one(1, uint32), reason: one(2, text), reconnect: one(3, bool) })",
      replace: "message({ code: one(1, uint32), reason: one(2, text), reconnect: one(4, bool) })",
      breaks: "A client that is ended is told whether to come back.",
    },
    {
      file: "protobuf/kinds.ts",
      find: "reader.string(true)",
      replace: "reader.string(false)",
      breaks: "Text that is not UTF-8 ends the connection.",
    },
    {
      file: "protobuf/kinds.ts",
      find: "if (!Number.isSafeInteger(number))",
      replace: "if (Number.isNaN(number))",
      breaks: "A number that a double cannot hold is refused and not rounded.",
    },
    {
      file: "protobuf/message.ts",
      find: "if (depth > depthMax)",
      replace: "if (false)",
      breaks: "Messages nest to a bound.",
    },
    {
      file: "protobuf/message.ts",
      find: "if (wire !== field.wire)",
      replace: "if (false)",
      breaks: "A field of another wire type is malformed.",
    },
    {
      file: "protobuf/message.ts",
      find: "        reader.skip(wire, number);\n        continue;",
      replace: "        break;",
      breaks: "What stands behind a field that is not known is read.",
    },
    {
      file: "protobuf/message.ts",
      find: "for (const { name, field } of always) values[name] = field.zero;",
      replace: "",
      breaks: "A text that is absent is empty where JSON demands one.",
    },
    {
      file: "protobuf/field.ts",
      find: "      if (value === kind.zero) return;\n",
      replace: "",
      breaks: "What is zero is left out.",
    },
    {
      file: "protobuf/field.ts",
      find: "const list = (before ?? []) as T[];",
      replace: "const list: T[] = [];",
      breaks: "All of a list is read.",
    },
    {
      file: "protobuf/map-field.ts",
      find: "const map = (before ?? new Map()) as Map<string, T>;",
      replace: "const map = new Map<string, T>();",
      breaks: "All entries of a map are read.",
    },
    {
      file: "protobuf/map-field.ts",
      find: "return kind.zero ?? ({} as T);",
      replace: "return kind.zero as T;",
      breaks: "An entry without a value says that it is there.",
    },
    {
      file: "protobuf/decode-commands.ts",
      find: 'if (frame.length === 0) return [malformed("an empty frame")];',
      replace: "",
      breaks: "An empty frame breaks the protocol.",
    },
    {
      file: "protobuf/decode-commands.ts",
      find: '    if (next.method === "malformed") break;\n',
      replace: "",
      breaks: "A broken message ends its frame.",
    },
    {
      file: "protobuf/decode-emulation.ts",
      find: "data = Buffer.of()",
      replace: "data = undefined as unknown as Buffer",
      breaks: "An uplink without data is one that says nothing.",
    },
    {
      file: "encoding/protobuf-encoding.ts",
      find: "if (parts === undefined) return { offset };",
      replace: "if (parts === undefined) return {};",
      breaks: "Who is handed what is no body of ours is told that something stood there.",
      tests: ["packages/protocol/src/encoding/protobuf-encoding.test.ts"],
    },
    {
      file: "encoding/protobuf-encoding.ts",
      find: "data: changes ?? parts.bytes,",
      replace: "data: parts.bytes,",
      breaks: "A delta is sent where one was agreed on.",
    },
    {
      file: "encoding/protobuf-encoding.ts",
      find: "delta: changes !== undefined,",
      replace: "delta: true,",
      breaks: "Data that is whole is not called a delta.",
    },
    {
      file: "encoding/protobuf-encoding.ts",
      find: '...present("chan_info", members?.get("chan_info")),',
      replace: "",
      breaks: "What a subscription token says of a client is shown in Protobuf, too.",
    },
    {
      file: "encoding/protobuf-encoding.ts",
      find: "...(parts.tags === undefined ? {} : { tags: textsOf(parts.tags) }),",
      replace: "",
      breaks: "Tags are sent in Protobuf, too.",
    },
  ],
};
