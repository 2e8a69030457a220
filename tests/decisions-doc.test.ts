import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const folder = new URL("../docs/decisions/", import.meta.url);
const pages = readdirSync(folder).toSorted();

test("each decision has a number of its own, the same in its name and its title", () => {
  const numbers = pages.map((page) => Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(page)?.[1]));
  expect(numbers).toEqual(pages.map((_, index) => index + 1));
  const titles = pages.map((page) => Number(/^# (\d+)\. /.exec(readFileSync(new URL(page, folder), "utf8"))?.[1]));
  expect(titles).toEqual(numbers);
});
