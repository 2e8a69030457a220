import { expect, test } from "vitest";
import { authOf, channelText, isAuthOf, isSignatureOf, sign, userText } from "./signature.ts";

/** Of Pusher's documentation; its presence vector belongs to another text than the one it prints. */
const keys = { key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };
const socketId = "1234.1234";

test.each([
  [
    "a private channel",
    channelText({ socketId, channel: "private-foobar" }),
    "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4",
  ],
  ["a user", userText(socketId, '{"id":"12345"}'), "4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba"],
  [
    "a presence channel",
    channelText({
      socketId,
      channel: "presence-foobar",
      channelData: '{"user_id":10,"user_info":{"name":"Mr. Channels"}}',
    }),
    "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80",
  ],
  [
    "a webhook",
    '{"time_ms":1327078148132,"events":[{"name":"channel_occupied","channel":"my-channel"}]}',
    "c19001ae3963ccb13bf618e5b16ba9848e7e74df0993aa0689168e341c6833cf",
  ],
])("the signature of %s is the one of the documentation", (_, text, signature) => {
  expect(sign(keys.secret, text)).toBe(signature);
  expect(authOf(keys, text)).toBe(`${keys.key}:${signature}`);
  expect(isAuthOf(keys, text, `${keys.key}:${signature}`)).toBe(true);
  expect(isSignatureOf(keys.secret, text, signature)).toBe(true);
});

test("a presence signature covers the very text of the member, for the vector in print is of another name", () => {
  const channelData = '{"user_id":10,"user_info":{"name":"Mr. Pusher"}}';
  expect(sign(keys.secret, channelText({ socketId, channel: "presence-foobar", channelData }))).toMatch(
    /^afaed369.*304c$/,
  );
});

const text = channelText({ socketId, channel: "private-foobar" });
const good = authOf(keys, text);

test.each([
  ["nothing", ""],
  ["the signature without the key", good.slice(good.indexOf(":") + 1)],
  ["another app's key", good.replace(keys.key, "278d425bdf160c739804")],
  ["another last digit", good.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))],
  ["upper-case digits", `${keys.key}:${good.slice(good.indexOf(":") + 1).toUpperCase()}`],
  ["a digit more", `${good}0`],
  [
    "a signature of another connection",
    authOf(keys, channelText({ socketId: "1234.1235", channel: "private-foobar" })),
  ],
])("refuses %s", (_, auth) => {
  expect(isAuthOf(keys, text, auth)).toBe(false);
});
