import { inChinese } from "@switchyard/console/settings-in-chinese";
import { expect, test } from "vitest";
import { describedSettings } from "./settings-answer.ts";

const described = new Set(describedSettings().map(({ description }) => description));

test("every setting says in Chinese, too, what it is for, and nothing is said of what no setting says any more", () => {
  expect([...described].filter((text) => !Object.hasOwn(inChinese, text))).toEqual([]);
  expect(Object.keys(inChinese).filter((text) => !described.has(text))).toEqual([]);
});

test("what is to be typed is the same in both languages", () => {
  const codeIn = (text: string) => [...new Set(text.match(/`[^`]+`/g))].toSorted();
  for (const [english, chinese] of Object.entries(inChinese))
    expect({ chinese, code: codeIn(chinese) }).toEqual({ chinese, code: codeIn(english) });
});
