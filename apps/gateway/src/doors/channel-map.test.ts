import { readFileSync } from "node:fs";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { readJson } from "@switchyard/protocol/read-json";
import { checkSettings } from "@switchyard/runtime/load-settings";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createChannelMap } from "./channel-map.ts";

const { channel } = checkSettings({ channel: { namespaces: [{ name: "school" }] } });
const rules = createChannelRules(channel);

const templates = ["school:{school_id}:class:{school_class_id}", "school:{school_id}", "user:{uid}"];
const map = createChannelMap({ templates, setting: "udp.channels", use: "publish", rules });

function find(json: string, from = map) {
  const read = readJson(json);
  if ("problem" in read) throw new Error(read.problem);
  return from.find(read.exact as Record<string, unknown>);
}

/** The name, or what became of it. */
function nameOf(json: string, from = map): string {
  const found = find(json, from);
  return found.kind === "channel" ? found.name : found.kind;
}

test("fields name exactly one channel, and the first template whose fields are all there is the one", () => {
  expect(nameOf('{"school_class_id":"1","school_id":"2"}')).toBe("school:2:class:1");
  expect(nameOf('{"school_class_id":"1","school_id":"3"}')).toBe("school:3:class:1");
  expect(nameOf('{"school_id":"2","text":"for all"}')).toBe("school:2");
  expect(nameOf('{"uid":"ann"}')).toBe("user:ann");
  expect(nameOf('{"school_class_id":"1"}')).toBe("unmapped");
  expect(nameOf("{}")).toBe("unmapped");
});

test("a whole number is the same as its digits, however many it has", () => {
  expect(nameOf('{"school_class_id":1,"school_id":2}')).toBe("school:2:class:1");
  expect(nameOf('{"uid":12345678901234567890}')).toBe("user:12345678901234567890");
  expect(nameOf('{"uid":-7}')).toBe("user:-7");
});

test.each(["1.0", "1.5", "1e2", "-0", "1e400", "true", "null", "[]", '["1"]', "{}", '{"toString":"1"}'])(
  "%s is no id, and does not make the object one of another template",
  (value) => {
    expect(nameOf(`{"school_class_id":${value},"school_id":"2"}`)).toBe("refused");
  },
);

test.each(["", "1:class:2", "1#ann", "1,2", "$1", "{1", "}", "1\n", "\u0000", "\u0085", "\ud800"])(
  "a value of %j cannot change which channel is meant",
  (value) => {
    const found = map.find({ school_id: "2", school_class_id: value });
    expect(found.kind).toBe("refused");
    expect(found).not.toHaveProperty("problem", expect.stringContaining("2"));
  },
);

test("what an object inherits is none of its fields, and a field may be called as it likes", () => {
  const inherited = createChannelMap({ templates: ["{toString}", "{__proto__}"], setting: "x", use: "publish", rules });
  expect(nameOf("{}", inherited)).toBe("unmapped");
  expect(nameOf('{"__proto__":"a"}', inherited)).toBe("a");
});

test("a name that is too long is refused with its bound", () => {
  expect(find(JSON.stringify({ uid: "x".repeat(300) }))).toEqual({
    kind: "refused",
    problem: expect.stringContaining("the bound is 255"),
  });
});

test("a template without fields takes every object", () => {
  const all = createChannelMap({ templates: ["school:all"], setting: "x", use: "publish", rules });
  expect(nameOf("{}", all)).toBe("school:all");
});

test("different values make different channels, whichever they are", () => {
  const pair = createChannelMap({ templates: ["school:a{x}b:c{y}"], setting: "x", use: "publish", rules });
  const value = fc.stringMatching(/^[abc:0-9-]{1,4}$/);
  fc.assert(
    fc.property(value, value, value, value, (x, y, otherX, otherY) => {
      const [one, other] = [pair.find({ x, y }), pair.find({ x: otherX, y: otherY })];
      if (one.kind !== "channel" || other.kind !== "channel") return;
      expect(one.name === other.name).toBe(x === otherX && y === otherY);
    }),
  );
});

test.each([
  ["task:{id}", "only the hub publishes there"],
  ["inbox:{uid}", "POST /v1/inbox"],
])("%s ends the start, because nobody else publishes there", (template, reason) => {
  const open = () => createChannelMap({ templates: [template], setting: "udp.channels", use: "publish", rules });
  expect(open).toThrow("udp.channels[0] names channels that are closed to this door: ");
  expect(open).toThrow(reason);
});

const page = readFileSync(new URL("../../../../docs/doors.md", import.meta.url), "utf8");
const blocks = Array.from(page.matchAll(/^```json\n(.*?)^```$/gms), ([, block = ""]) => block);

test.each(blocks.filter((block) => /"(?:text|udp|plain)":/.test(block)))(
  "docs/doors.md: settings of a door start as pasted: %s",
  (block) => {
    const settings = checkSettings(JSON.parse(block));
    const known = createChannelRules(settings.channel);
    const { udp, plain } = settings;
    for (const [setting, names] of Object.entries({
      udp: udp.channels,
      plain: [...plain.channels, ...plain.publish],
    })) {
      const made = createChannelMap({ templates: names, setting, use: "publish", rules: known });
      for (const name of names) {
        const fields = Object.fromEntries(Array.from(name.matchAll(/\{(\w+)\}/g), ([, field]) => [field, "1"]));
        expect(made.find(fields)).toMatchObject({ kind: "channel" });
      }
    }
  },
);

test("docs/doors.md has settings of the UDP and of the plain door", () => {
  expect(blocks.filter((block) => /"(?:udp|plain)":/.test(block)).length).toBeGreaterThanOrEqual(2);
});
