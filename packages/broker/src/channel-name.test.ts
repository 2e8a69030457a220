import fc from "fast-check";
import { expect, test } from "vitest";
import { type ChannelName, parseChannelName } from "./channel-name.ts";
import { channelKeys, idempotencyKey, presenceKeys } from "./redis/keys.ts";

const maxBytes = 32;
const parse = (text: string) => parseChannelName(text, { maxBytes });

test.each([
  ["", "must not be empty"],
  ["x".repeat(33), "is 33 bytes long, the bound is 32 (channel.max_length)"],
  ["漢".repeat(11), "is 33 bytes long, the bound is 32 (channel.max_length)"],
  ["a\0b", "must not contain control characters"],
  ["a\nb", "must not contain control characters"],
  ["a\u007f", "must not contain control characters"],
  ["a\u0085", "must not contain control characters"],
  ["a\ud800", "must be valid Unicode, without half surrogate pairs"],
  ["\udc00\ud800", "must be valid Unicode, without half surrogate pairs"],
  ["}", "must not begin with `}`"],
  ["}:a", "must not begin with `}`"],
])("%j is refused: %s", (text, problem) => {
  expect(parse(text)).toEqual({ problem });
});

test.each(["a", "chat:lobby", "$chat:a", "dialog#1,2", "漢".repeat(10), "a b", "chat:}", "{", "a{b}c", "💬:1", ":"])(
  "%j is a name, and stays what it was",
  (text) => {
    expect(parse(text)).toEqual({ name: text });
  },
);

/** As Redis Cluster finds it: between the first `{` and the first `}` behind it; the whole key when that is empty or missing. */
function hashTag(key: string): string {
  const start = key.indexOf("{");
  const end = key.indexOf("}", start + 1);
  return start === -1 || end === -1 || end === start + 1 ? key : key.slice(start + 1, end);
}

/** Everything that one script touches together. */
function keysTogether(channel: ChannelName): string[] {
  const { stream, meta, state, pubsub } = channelKeys("sy", channel);
  return [stream, meta, state, idempotencyKey("sy", channel, "k"), ...(channel.startsWith("task:") ? [] : [pubsub])];
}

test("the keys of a channel lie in one slot of a Redis Cluster, whatever its name", () => {
  const part = fc.constantFrom("{", "}", "{}", ":", "a", "chat", "task:", "漢", "#", "$");
  const name = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(name, (text) => {
      const { name: channel } = parse(text);
      fc.pre(channel !== undefined);
      for (const keys of [keysTogether(channel), Object.values(presenceKeys("sy", channel))]) {
        expect(new Set(keys.map(hashTag)).size).toBe(1);
        expect(hashTag(keys[0] ?? "")).not.toBe(keys[0]);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("a name that began with a closing brace would have its keys apart", () => {
  expect(new Set(keysTogether("}a" as ChannelName).map(hashTag)).size).toBeGreaterThan(1);
});

test.each(["task:", "task:meta", "task:g:settings", "task:a:lock"])("%s is the channel of no task", (name) => {
  expect(parseChannelName(name, { maxBytes: 255 }).problem).toBe("no task is called so");
  expect(parseChannelName("task:t_1", { maxBytes: 255 }).name).toBe("task:t_1");
});
