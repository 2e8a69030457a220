import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderConfigDoc } from "./config-doc.ts";
import { leavesOf } from "./environment.ts";
import { Settings } from "./settings.ts";

test("docs/configuration.md says what the schema says (else: npm run docs)", () => {
  const page = readFileSync(new URL("../../../../docs/configuration.md", import.meta.url), "utf8");
  expect(page).toBe(renderConfigDoc(Settings));
});

test("every setting has a description", () => {
  const silent = leavesOf(Settings).filter(({ schema }) => schema.description === undefined);
  expect(silent.map(({ path }) => path.join("."))).toEqual([]);
});

test("no secret shows its default", () => {
  expect(renderConfigDoc(Settings)).toMatch(/`http_api\.key` \| string \| none \|/);
});
