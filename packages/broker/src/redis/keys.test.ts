import fc from "fast-check";
import { expect, test } from "vitest";
import { type ChannelName, knownChannelName } from "../channel-name.ts";
import * as keys from "./keys.ts";

const part = fc.constantFrom(
  ..."task: a b : { } * ? stream meta node node:n nodes revocations hub hub: ch .. %00 presence expiry entries".split(
    " ",
  ),
);
const name = fc
  .array(part, { minLength: 1, maxLength: 6 })
  .map((parts) => knownChannelName(parts.join("")))
  .filter((text) => !text.startsWith("}"));
const anyText = fc.string({ unit: fc.oneof(part, fc.constantFrom("n", "7", "-", "_", " ")), maxLength: 6 });

/** Keys that hold a name which somebody outside has chosen, by the function that makes them. */
const ofChannels = {
  channelKeys: (channel) =>
    Object.values({ ...keys.channelKeys("sy", channel) }).filter((key) => !key.startsWith(keys.pubsubPrefix("sy"))),
  channelKeyPrefix: (channel) => [keys.channelKeyPrefix("sy", channel)],
  idempotencyKey: (channel, text) => [keys.idempotencyKey("sy", channel, text)],
  presenceKeys: (channel) => Object.values<string>(keys.presenceKeys("sy", channel)),
} satisfies Record<string, (channel: ChannelName, text: string) => string[]>;

/** The hub's own, made of what it has named itself. */
const ofHub = {
  presenceIndexKey: (text) => [keys.presenceIndexKey("sy", text)],
  occupancyKeys: (text) => {
    const { ofNode, ...others } = keys.occupancyKeys("sy", text);
    return [...Object.values<string>(others), ofNode(text)];
  },
  connectionKeys: (text) => {
    const { recordsOf, subscriptionsOf, channelsOf, ...others } = keys.connectionKeys("sy", 3);
    return [...Object.values<string>(others), ...[recordsOf, subscriptionsOf, channelsOf].map((of) => of(text))];
  },
  goneReceiverKey: (text) => [keys.goneReceiverKey("sy", text)],
  activityKey: (text) => [keys.activityKey("sy", text)],
  loginKeys: (text) => [keys.loginKeys("sy").index, keys.loginKeys("sy").login(text)],
  figureKeys: () => Object.values<string>(keys.figureKeys("sy")),
  alertKeys: (text) => Object.values<string>(keys.alertKeys("sy", text)),
  consoleKey: (text) => [keys.consoleKey("sy", text)],
  leftKey: (text) => [keys.leftKey("sy", text)],
  settingsKey: (text) => [keys.settingsKey("sy", text)],
  auditKey: (text) => [keys.auditKey("sy", text)],
  nodeKeys: () => Object.values<string>(keys.nodeKeys("sy")),
  revocationKeys: () => Object.values<string>(keys.revocationKeys("sy")).filter((key) => key !== "sy:revocations"),
} satisfies Record<string, (text: string) => string[]>;

/** Pub/sub names, which are no keys. */
const ofPubsub = ["channelOfPubsub", "probeName", "controlName", "nodeName", "inboxName", "pubsubPrefix"];

const own = /^sy:hub:/;
const channels = /^(?:sy:\{|\{sy:tasks\}:(?:channel|record):)/;

test("each function that makes names for Redis is looked at here", () => {
  expect(Object.keys(keys).toSorted()).toEqual(
    [...Object.keys(ofChannels), ...Object.keys(ofHub), ...ofPubsub].toSorted(),
  );
});

test("no name that somebody chooses makes a key of the hub's own, and none of the hub's makes one of a channel", () => {
  fc.assert(
    fc.property(name, anyText, (channel, text) => {
      for (const make of Object.values(ofChannels)) {
        for (const key of make(channel, text))
          expect([key, own.test(key), channels.test(key)]).toEqual([key, false, true]);
      }
      for (const make of Object.values(ofHub)) {
        for (const key of make(text)) expect([key, own.test(key), channels.test(key)]).toEqual([key, true, false]);
      }
    }),
    {
      numRuns: 2_000,
      examples: [
        [knownChannelName("node:n1"), "n1"],
        [knownChannelName("hub:{nodes"), "}"],
      ],
    },
  );
});

test("a pub/sub name of the hub's own is no channel's, whatever the channel is called", () => {
  for (const hubName of [
    keys.controlName("sy"),
    keys.probeName("sy", "x"),
    keys.inboxName("sy", "x"),
    "sy:revocations",
  ]) {
    expect(keys.channelOfPubsub("sy", hubName)).toBeUndefined();
  }
});

const allKeysOf = (channel: ChannelName) => [
  ...Object.values(keys.channelKeys("sy", channel)),
  ...Object.values(keys.presenceKeys("sy", channel)),
  keys.idempotencyKey("sy", channel, "k"),
];

test("two channels never share a key, whatever braces, colons and globs their names hold", () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      fc.pre(one !== other);
      const shared = new Set(allKeysOf(one)).intersection(new Set(allKeysOf(other)));
      expect(shared.size).toBe(0);
    }),
    { numRuns: 5_000 },
  );
});

test("a channel is found again from its pub/sub name", () => {
  fc.assert(
    fc.property(fc.oneof(name, fc.string({ minLength: 1, unit: "grapheme" }).map(knownChannelName)), (channel) => {
      expect(keys.channelOfPubsub("sy", keys.channelKeys("sy", channel).pubsub)).toBe(channel);
    }),
  );
});
