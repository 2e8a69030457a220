import { readFileSync } from "node:fs";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";

/** What these pages give people to paste into their settings starts as it stands, alone. */
const pages = ["doors.md", "how-to/coming-from-pusher.md", "how-to/coming-from-pusher.zh.md"];
const blocks = pages.flatMap((page) => {
  const text = readFileSync(new URL(`../docs/${page}`, import.meta.url), "utf8");
  const found = Array.from(text.matchAll(/^```json\n([\s\S]*?)^```/gm), ([, code = ""]) => ({ page, code }));
  if (found.length === 0) throw new Error(`${page} has no settings`);
  return found;
});

test.each(blocks)("settings of docs/$page are settings that a process starts with: $code", ({ code }) => {
  expect(() => checkSettings(JSON.parse(code) as object)).not.toThrow();
});
