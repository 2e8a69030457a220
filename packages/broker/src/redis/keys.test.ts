import { type ChannelName, knownChannelName } from "../channel-name.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { channelKeys, channelOfPubsub, controlName, nodeKeys, revocationKeys } from "./keys.ts";

const name = fc
  .array(
    fc.constantFrom(
      "task:",
      "a",
      "b",
      ":",
      "{",
      "}",
      "*",
      "?",
      "stream",
      "meta",
      "nodes",
      "revocations",
      "ch",
      "..",
      "%00",
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => knownChannelName(parts.join("")));
const keysOf = (channel: ChannelName) => Object.values(channelKeys("sy", channel));

test("two channels never share a key, whatever braces, colons and globs their names hold", () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      fc.pre(one !== other);
      const shared = new Set(keysOf(one)).intersection(new Set(keysOf(other)));
      expect(shared.size).toBe(0);
    }),
    { numRuns: 5_000 },
  );
});

test("no channel's key is one of the hub's own", () => {
  const own = new Set([...Object.values(nodeKeys("sy")), ...Object.values(revocationKeys("sy")), controlName("sy")]);
  fc.assert(
    fc.property(name, (channel) => {
      expect(new Set(keysOf(channel)).isDisjointFrom(own)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test("a channel is found again from its pub/sub name", () => {
  fc.assert(
    fc.property(fc.oneof(name, fc.string({ minLength: 1, unit: "grapheme" }).map(knownChannelName)), (channel) => {
      expect(channelOfPubsub("sy", channelKeys("sy", channel).pubsub)).toBe(channel);
    }),
  );
});
