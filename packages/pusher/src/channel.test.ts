import fc from "fast-check";
import { expect, test } from "vitest";
import { hubChannel, hubUser, kindOfChannel, nameProblem, pusherChannel } from "./channel.ts";

const app = { namespace: "shop" };

test.each([
  ["news", "shop:news"],
  ["presence-room", "shop:presence-room"],
  ["#server-to-user-42", "user:shop:42"],
  ["#server-to-user-a:b", "user:shop:a:b"],
])("%s is the channel %s of the hub, and the other way round", (name, channel) => {
  expect(hubChannel(app, name)).toBe(channel);
  expect(pusherChannel(app, channel)).toBe(name);
});

test("no two names of an app are one channel, and no name of another app is either", () => {
  const names = fc.oneof(
    fc.string(),
    fc.string().map((id) => `#server-to-user-${id}`),
  );
  fc.assert(
    fc.property(names, names, (a, b) => {
      expect(pusherChannel(app, hubChannel(app, a))).toBe(a);
      expect(hubChannel(app, a)).not.toBe(hubChannel({ namespace: "shops" }, b));
    }),
  );
});

test("a channel that is not the app's keeps its whole name", () => {
  expect(pusherChannel(app, "user:42")).toBe("user:42");
  expect(pusherChannel(app, "shops:news")).toBe("shops:news");
  expect(nameProblem("user:42")).toBeDefined();
});

test("a user of an app is a user of the hub, and of no other app", () => {
  expect(hubUser(app, "42")).toBe("shop:42");
  expect(hubUser({ namespace: "other" }, "42")).toBe("other:42");
});

test.each([
  ["news", "public", false, false],
  ["cacheman", "public", false, false],
  ["privately", "public", false, false],
  ["cache-news", "public", true, false],
  ["private-a", "private", false, false],
  ["private-cache-a", "private", true, false],
  ["private-encrypted-a", "private", false, true],
  ["private-encrypted-cache-a", "private", true, true],
  ["presence-a", "presence", false, false],
  ["presence-cache-a", "presence", true, false],
  ["#server-to-user-1", "user", false, false],
])("%s: %s, cache %s, encrypted %s", (name, access, isCache, isEncrypted) => {
  expect(kindOfChannel(name)).toMatchObject({ access, isCache, isEncrypted });
});

test.each(["a", "a-Z_0=@,.;", "x".repeat(200), "#server-to-user-Jürgen"])("%s may be a name", (name) => {
  expect(nameProblem(name)).toBeUndefined();
});

test.each(["", "a b", "a:b", "ä", "#private", "$a", "x".repeat(201), "#server-to-user-"])("%s may not", (name) => {
  expect(nameProblem(name)).toBeDefined();
});
