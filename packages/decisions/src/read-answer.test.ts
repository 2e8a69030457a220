import { describe, expect, test } from "vitest";
import { readAnswer } from "./read-answer.ts";

describe("nothing allows by saying nothing", () => {
  test.each([
    ["", "empty"],
    ["  \n", "empty"],
    ["{}", "empty"],
    ['{"resutl": {}}', "empty"],
    ['{"result": null}', "empty"],
    ["<html>", "unreadable"],
    ["[]", "unreadable"],
    ["null", "unreadable"],
    ['"ok"', "unreadable"],
    [`{"result": {"data": ${"[".repeat(2_000)}${"]".repeat(2_000)}}}`, "unreadable"],
    ['{"result": {"data": "\\ud800"}}', "unreadable"],
    ['{"result": true}', "invalid"],
    ['{"result": [1]}', "invalid"],
    ['{"result": {"expire_at": "tomorrow"}}', "invalid"],
    ['{"result": {"expire_at": 1893456000000}}', "invalid"],
    ['{"result": {"b64info": "not base64"}}', "invalid"],
    ['{"result": {"override": {"presence": true}}}', "invalid"],
    ['{"error": "no"}', "invalid"],
    ['{"disconnect": {"code": "4500"}}', "invalid"],
  ])("%s has failed: %s", (text, reason) => {
    expect(readAnswer("subscribe", text)).toMatchObject({ kind: "failed", reason });
  });
});

test("a field of the wrong type is named, for whoever reads the log", () => {
  expect(readAnswer("connect", '{"result": {"user": 56}}')).toMatchObject({ detail: "result.user: must be string" });
  expect(readAnswer("connect", '{"result": {"user": "", "subs": {"news": {"b64data": 1}}}}')).toMatchObject({
    detail: "result.subs.news.b64data: must be string",
  });
});

test.each(['{"result": {}}', '{"result": []}', '{"result": {"user_id": "ann"}}'])(
  "%s does not say who connects, and lets nobody in",
  (text) => {
    expect(readAnswer("connect", text)).toMatchObject({ kind: "failed", reason: "invalid" });
    expect(readAnswer("connect", '{"result": {"user": ""}}')).toEqual({ kind: "result", result: { user: "" } });
  },
);

test("to the question who connects, null is an answer: nobody the back end knows", () => {
  expect(readAnswer("connect", '{"result": null}')).toEqual({ kind: "nobody" });
  expect(readAnswer("connect", "{}")).toMatchObject({ kind: "failed", reason: "empty" });
});

test("a user that is null is a mistake, other fields that are null are not there", () => {
  expect(readAnswer("connect", '{"result": {"user": null}}')).toMatchObject({ kind: "failed", reason: "invalid" });
  expect(readAnswer("connect", '{"result": {"user": "7", "expire_at": null, "channels": null}}')).toEqual({
    kind: "result",
    result: { user: "7" },
  });
  expect(readAnswer("publish", '{"result": {"data": null, "tags": null}}')).toEqual({
    kind: "result",
    result: { data: null },
  });
});

test("an empty list, as PHP writes an empty map, is a result without fields", () => {
  expect(readAnswer("rpc", '{"result": []}')).toEqual({ kind: "result", result: {} });
});

test("of several members the hardest counts", () => {
  const error = '"error": {"code": 1000, "message": "no", "temporary": true}';
  expect(readAnswer("rpc", `{"result": {}, ${error}, "disconnect": {"code": 4001, "reason": "go"}}`)).toEqual({
    kind: "disconnect",
    code: 4001,
    reason: "go",
  });
  expect(readAnswer("rpc", `{"result": {}, ${error}, "disconnect": null}`)).toEqual({
    kind: "error",
    code: 1000,
    message: "no",
    temporary: true,
  });
});

test("what is handed on keeps its spelling, what is for us is read as numbers", () => {
  const answer = readAnswer(
    "connect",
    '{"result": {"user": "7", "expire_at": 2e9, "info": {"id": 9007199254740993.0}}}',
  );
  if (answer.kind !== "result") throw new Error(answer.kind);
  expect(answer.result["expire_at"]).toBe(2_000_000_000);
  expect(JSON.stringify(answer.result["info"])).toBe('{"id":9007199254740993.0}');
});

describe("a client is told codes that it can be told", () => {
  test.each([
    [1_000, 1_000],
    [400, 400],
    [1_999, 1_999],
    [103, 103],
    [999, 999],
    [2_000, 100],
    [0, 100],
    [-1, 100],
    [399, 100],
  ])("error %i as %i", (code, told) => {
    expect(readAnswer("rpc", JSON.stringify({ error: { code, message: "m" } }))).toMatchObject({
      kind: "error",
      code: told,
    });
  });

  test.each([
    [4_000, 4_000],
    [4_999, 4_999],
    [999, 4_500],
    [0, 4_500],
    [1_006, 4_500],
    [3_000, 4_500],
    [5_000, 4_500],
    [70_000, 4_500],
  ])("disconnect %i as %i", (code, told) => {
    expect(readAnswer("rpc", JSON.stringify({ disconnect: { code, reason: "r" } }))).toEqual({
      kind: "disconnect",
      code: told,
      reason: "r",
      ...(code !== told && { saidCode: code }),
    });
  });

  test("an error that is not temporary stays so when its code is replaced, or its client would ask for ever", () => {
    expect(readAnswer("connect", '{"error": {"code": 7, "message": "banned"}}')).toMatchObject({
      code: 100,
      temporary: false,
      saidCode: 7,
    });
  });
});

describe("a reason fits into a close frame", () => {
  const reasonOf = (reason?: string) => {
    const answer = readAnswer("rpc", JSON.stringify({ disconnect: { code: 4_500, reason } }));
    return answer.kind === "disconnect" ? answer.reason : "";
  };

  test("is cut to 123 bytes between characters", () => {
    expect(reasonOf("x".repeat(200))).toBe("x".repeat(123));
    expect(reasonOf("é".repeat(100))).toBe("é".repeat(61));
    expect(reasonOf("😀".repeat(100))).toBe("😀".repeat(30));
  });

  test.each([undefined, "", " ", "{}", "12", "null", '"x"'])(
    "%j is never empty and never JSON, which SDKs take for a lost connection",
    (reason) => {
      const told = reasonOf(reason);
      expect(told).toMatch(/^back end:/);
      expect(() => JSON.parse(told) as unknown).toThrow(SyntaxError);
    },
  );
});
