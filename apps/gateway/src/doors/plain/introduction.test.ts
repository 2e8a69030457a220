import { expect, test } from "vitest";
import { readIntroduction } from "./introduction.ts";

const trusting = (text: string) => readIntroduction(Buffer.from(text), true);
const strict = (text: string) => readIntroduction(Buffer.from(text), false);
const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmVk";

test("where ids are believed, any text is the id it is, and an object may name one", () => {
  expect(trusting("uid1")).toEqual({ token: "", believedUser: "uid1", fields: {} });
  expect(trusting("1700000000")).toMatchObject({ believedUser: "1700000000" });
  expect(trusting(" 用户 1 ")).toMatchObject({ believedUser: " 用户 1 " });
  expect(trusting('{"uid":"uid1","room":7}')).toMatchObject({ believedUser: "uid1", fields: { room: 7 } });
  expect(trusting('{"uid":12345678901234567890}')).toMatchObject({ believedUser: "12345678901234567890" });
  expect(trusting('{"school_class_id":"1","school_id":"2"}')).toEqual({
    token: "",
    believedUser: "",
    fields: { school_class_id: "1", school_id: "2" },
  });
});

test("elsewhere nobody is anybody without a token, whatever they say", () => {
  for (const said of ["uid1", '{"uid":"uid1"}', '{"uid":"uid1","token":""}', '{"school_id":"2"}', "[1]", "null"]) {
    expect([said, strict(said)]).not.toHaveProperty([1, "believedUser"]);
  }
  expect(strict("uid1")).toMatchObject({ token: "uid1" });
  expect(strict('{"uid":"uid1"}')).toMatchObject({ token: "" });
});

test("a token counts for what it says at both, alone or in an object", () => {
  for (const read of [trusting, strict]) {
    expect(read(token)).toEqual({ token, fields: {} });
    expect(read(`{"token":"${token}","uid":"another","room":"1"}`)).toEqual({
      token,
      fields: { token, uid: "another", room: "1" },
    });
  }
});

test.each([
  ["", "the first message is empty"],
  [" \n", "the first message is empty"],
  ["{broken", "the first message is not JSON in UTF-8"],
  ['{"uid":""}', "`uid` must be a text or a whole number"],
  ['{"uid":1.5}', "`uid` must be a text or a whole number"],
  ['{"uid":null}', "`uid` must be a text or a whole number"],
  ["{}", "the first message names neither a user nor anything else"],
  ['{"token":"","uid":"uid1"}', "`token` must not be empty"],
  ['"uid1', "the first message begins as a JSON text and is none"],
  ['{"uid":"*"}', "the first message names neither a user nor anything else"],
  ['{"token":7}', "`token` must be a text"],
])("%j is refused with what is wrong with it", (said, problem) => {
  expect(trusting(said)).toBe(problem);
});

test("bytes that are no text are refused", () => {
  for (const trusts of [true, false]) expect(readIntroduction(Buffer.of(0xff), trusts)).toMatch(/not UTF-8/);
});

test.each(["null", "undefined", "true", "false", "NaN", "[]", '["uid1"]', "[object Object]", "*", "* ", '"*"', '""'])(
  "%s, which pages send by mistake, is no user",
  (said) => expect(trusting(said)).toMatch(/^the first message names neither/),
);

test("a JSON text, a line break at the end and a byte order mark change nothing about who it is", () => {
  for (const said of [
    "uid1",
    '"uid1"',
    ' "uid1"\n',
    "uid1\n",
    "uid1\r\n",
    "\uFEFFuid1",
    '\uFEFF"uid1"',
    '\uFEFF{"uid":"uid1"}',
  ]) {
    expect([said, trusting(said)]).toMatchObject([said, { token: "", believedUser: "uid1" }]);
  }
  expect(trusting("uid1\n\n")).toMatchObject({ believedUser: "uid1\n" });
});

test("a token may stand behind `Bearer` and in a JSON text", () => {
  for (const read of [trusting, strict]) {
    for (const said of [`Bearer ${token}`, `"${token}"`, `"bearer ${token}"\n`, `{"token":"Bearer ${token}"}`]) {
      expect([said, read(said)]).toMatchObject([said, { token }]);
      expect(read(said)).not.toHaveProperty("believedUser");
    }
  }
});
