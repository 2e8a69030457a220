import { expect, test } from "vitest";
import { isPrivateName, splitChannelName, usersOfName } from "./channel-name.ts";

test.each([
  ["news", { namespace: "", rest: "news" }],
  ["chat:lobby", { namespace: "chat", rest: "lobby" }],
  ["chat:a:b", { namespace: "chat", rest: "a:b" }],
  ["$chat:vip", { namespace: "chat", rest: "vip" }],
  [":odd", { namespace: "", rest: "odd" }],
])("%s splits at its first colon", (name, parts) => {
  expect(splitChannelName(name)).toEqual(parts);
});

test.each([
  ["dialog#1,2", ["1", "2"]],
  ["chat:dialog#42", ["42"]],
  ["a#b#1", ["1"]],
  ["dialog#", [""]],
  ["dialog", undefined],
])("%s is limited to the users behind its last hash", (name, users) => {
  expect(usersOfName(name)).toEqual(users);
});

test("a dollar in front makes a channel private, anywhere else it is a letter", () => {
  expect(["$a", "$chat:a", "chat:$a", "a$"].map(isPrivateName)).toEqual([true, true, false, false]);
});
