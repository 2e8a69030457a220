import { expect, test } from "vitest";
import { parseChannelName } from "./channel-name.ts";

test.each([
  ["news", { namespace: "", rest: "news" }],
  ["chat:lobby", { namespace: "chat", rest: "lobby" }],
  ["chat:a:b", { namespace: "chat", rest: "a:b" }],
  ["$chat:vip", { namespace: "chat", rest: "vip" }],
  [":odd", { namespace: "", rest: "odd" }],
])("%s splits at its first colon", (name, parts) => {
  expect(parseChannelName(name)).toEqual(parts);
});
