import { createChannelRules, type ChannelOptions } from "@switchyard/broker/channel-rules";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { describe, expect, test } from "vitest";
import { checkChannel } from "../session/check-channel.ts";
import { explainDenial } from "./explain-denial.ts";
import { canPublish, canReadHistory, canReadPresence, canSendEvents, canSubscribe } from "./permissions.ts";

const allowances = [
  "allow_subscribe_for_client",
  "allow_subscribe_for_anonymous",
  "allow_publish_for_subscriber",
  "allow_publish_for_client",
  "allow_publish_for_anonymous",
  "allow_event_for_subscriber",
  "allow_event_for_anonymous",
  "allow_history_for_subscriber",
  "allow_history_for_client",
  "allow_history_for_anonymous",
  "allow_presence_for_subscriber",
  "allow_presence_for_client",
  "allow_presence_for_anonymous",
  "allow_user_limited_channels",
] as const;
type Allowances = Record<(typeof allowances)[number], boolean>;

interface Case {
  action: "subscribe" | "publish" | "event" | "history" | "presence";
  user: string;
  channel: string;
  isSubscribed: boolean;
  options: Allowances;
}

/**
 * The policy a second time, as a list of sentences over the documentation of the options, first match wins. Written without
 * looking at the code under test, so that a slip in either shows.
 */
function policy({ action, user, channel, isSubscribed, options }: Case): boolean {
  const anonymous = user === "";
  const isPrivate = channel.startsWith("$");
  const list = options.allow_user_limited_channels ? /#([^#]*)$/s.exec(channel)?.[1] : undefined;
  const isListed = list !== undefined && !anonymous && `,${list},`.includes(`,${user},`) && !user.includes(",");
  if (action === "subscribe") {
    if (isPrivate) return false;
    if (list !== undefined) return isListed;
    if (anonymous) return options.allow_subscribe_for_anonymous && options.allow_subscribe_for_client;
    return options.allow_subscribe_for_client;
  }
  if (action === "event") {
    const isWelcome = !anonymous || options.allow_event_for_anonymous;
    return isSubscribed && options.allow_event_for_subscriber && isWelcome;
  }
  if (anonymous && !options[`allow_${action}_for_anonymous`]) return false;
  if (isSubscribed) return options[`allow_${action}_for_subscriber`] || options[`allow_${action}_for_client`];
  if (isPrivate || (list !== undefined && !isListed)) return false;
  return options[`allow_${action}_for_client`];
}

const readers = { publish: canPublish, event: canSendEvents, history: canReadHistory, presence: canReadPresence };

function decide({ action, user, channel, isSubscribed, options }: Case): boolean {
  const full = options as unknown as ChannelOptions;
  if (action === "subscribe") return canSubscribe(channel, full, user);
  return readers[action](channel, full, { user, isSubscribed });
}

/** A small generator with a seed (mulberry32), so that a mismatch can be repeated. */
function randomOf(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { bool: () => next() < 0.5, pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T };
}

const users = ["", "1", "2", "12", "1,2", "#", "$", "a:b", "*", "User"];
const pieces = ["$", "#", ",", ":", "1", "2", "12", "chat", "dialog", "..", "{}", "*", "%00", "?", "[a]", "User"];

test("120 000 random questions are answered as the policy answers them", () => {
  const random = randomOf(20_261_120);
  const mismatches: Case[] = [];
  let allowed = 0;
  for (let count = 0; count < 120_000; count++) {
    const asked: Case = {
      action: random.pick(["subscribe", "publish", "event", "history", "presence"]),
      user: random.pick(users),
      channel: Array.from({ length: random.pick([1, 2, 3, 4, 5, 6]) }, () => random.pick(pieces)).join(""),
      isSubscribed: random.bool(),
      options: Object.fromEntries(allowances.map((name) => [name, random.bool()])) as Allowances,
    };
    const isAllowed = decide(asked);
    if (isAllowed) allowed++;
    if (isAllowed !== policy(asked)) mismatches.push(asked);
  }
  expect(mismatches.slice(0, 3)).toEqual([]);
  // Questions that are all refused would agree with any policy.
  expect(allowed).toBeGreaterThan(20_000);
});

test("what is denied is explained by options that would allow it, and by no others", () => {
  const random = randomOf(20_261_128);
  let explained = 0;
  for (let n = 0; n < 20_000; n++) {
    const asked = {
      action: random.pick(["subscribe", "publish", "event", "history", "presence"] as const),
      user: random.pick(users),
      channel: random.pick(["chat:1", "lobby", "$chat:1", "dialog:1,2#1,2", "#2"]),
      isSubscribed: random.bool(),
      options: Object.fromEntries(allowances.map((name) => [name, random.bool()])) as Allowances,
    };
    // Nobody explains what is for subscribers alone to others.
    if (decide(asked) || (asked.action === "event" && !asked.isSubscribed)) continue;
    const { action: use, options, ...rest } = asked;
    const text = explainDenial({ use, options: options as unknown as ChannelOptions, ...rest });
    const named = text.match(/allow_\w+/g) ?? [];
    // Of a `$` channel, and of one for other users, no option helps.
    const isClosed = /^a channel whose name|lists its users/.test(text);
    const opened = { ...asked, options: { ...options, ...Object.fromEntries(named.map((name) => [name, true])) } };
    expect([asked, decide(opened)]).toEqual([asked, !isClosed]);
    if (named.length > 0) explained++;
  }
  expect(explained).toBeGreaterThan(1_000);
});

test.each([
  ["feed:1", "publish", true, "set allow_publish_for_client or allow_publish_for_subscriber of namespace `feed`"],
  [
    "lobby",
    "subscribe",
    false,
    "set allow_subscribe_for_client of channel.without_namespace, or give the client a subscription token",
  ],
  ["user:ann", "history", true, "`user` is a namespace of the hub; let your back end ask the server API"],
] as const)("of %s it is said what would allow to %s", (channel, use, isSubscribed, text) => {
  const options = Object.fromEntries(allowances.map((name) => [name, false])) as unknown as ChannelOptions;
  expect(explainDenial({ use, channel, options, user: "ann", isSubscribed })).toBe(text);
});

test("of a channel that its prefix closes no option is named that would not open it", () => {
  const options = Object.fromEntries(allowances.map((name) => [name, false])) as unknown as ChannelOptions;
  const closed = { channel: "shop:private-1", options: { ...options, isClosedByPrefix: true }, user: "ann" };
  for (const use of ["subscribe", "publish", "history", "presence"] as const) {
    const text = explainDenial({ ...closed, use, isSubscribed: false });
    expect(text).toContain("takes a subscription token, or a signature of the app");
    expect(text).not.toContain("allow_");
  }
  expect(explainDenial({ ...closed, use: "publish", isSubscribed: true })).toBe(
    "set allow_publish_for_subscriber of namespace `shop`",
  );
});

test("nothing is allowed where no option allows it", () => {
  const options = Object.fromEntries(allowances.map((name) => [name, false])) as Allowances;
  for (const action of ["subscribe", "publish", "event", "history", "presence"] as const) {
    for (const isSubscribed of [true, false]) {
      for (const user of users) expect(decide({ action, user, channel: "chat:1", isSubscribed, options })).toBe(false);
    }
  }
});

describe("a name leads to its own namespace and to no other", () => {
  const { channel: section } = checkSettings({
    channel: {
      namespaces: [
        { name: "open", allow_subscribe_for_client: true },
        { name: "shut" },
        { name: "digits", allow_subscribe_for_client: true, channel_regex: "^\\d+$" },
      ],
    },
  });
  const services = { rules: createChannelRules(section) };
  const mayEnter = (channel: string) => {
    const checked = checkChannel(channel, "subscribe", services);
    return "options" in checked && canSubscribe(channel, checked.options, "1");
  };

  test.each([
    "shut:x",
    "shut:open:x",
    "$open:x",
    "open",
    ":open:x",
    "OPEN:x",
    " open:x",
    "%6fpen:x",
    "open\0:x",
    "open:x\0",
    "open:x\r\nSUBSCRIBE shut:x",
    "open:\u001b[31m",
    "open:\ud800",
    "user:2",
    "task:1",
    "group:1",
    "digits:1a",
    "digits:",
    "",
    "constructor:x",
    "__proto__:x",
  ])("%j is refused", (channel) => {
    expect(mayEnter(channel)).toBe(false);
  });

  test.each(["open:x", "open:shut:x", "open:../shut:x", "open:*", "open:{shut}", "open:%00", "open:漢", "digits:12"])(
    "%j is a name like any other",
    (channel) => {
      expect(mayEnter(channel)).toBe(true);
    },
  );
});
