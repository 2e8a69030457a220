import type { Logger } from "@switchyard/runtime/logger";
import { expect, test } from "vitest";
import { createRefusedOriginLog } from "./refused-origins.ts";

function recorder() {
  const lines: { origin: string; text: string }[] = [];
  const warn = ({ origin }: { origin: string }, text: string) => lines.push({ origin, text });
  return { lines, logger: { warn } as unknown as Logger };
}

test("each origin is told once, with the setting that lets it in", () => {
  const { lines, logger } = recorder();
  const tell = createRefusedOriginLog(logger);
  for (const origin of ["http://shop.example", "http://shop.example", "https://shop.example"]) tell(origin);
  expect(lines.map(({ origin }) => origin)).toEqual(["http://shop.example", "https://shop.example"]);
  expect(lines[0]?.text).toContain("client.allowed_origins (SWITCHYARD_CLIENT_ALLOWED_ORIGINS)");
});

test("a page opened from a file is told what to do, which is not to allow `null`", () => {
  const { lines, logger } = recorder();
  createRefusedOriginLog(logger)("null");
  expect(lines[0]?.text).toContain("serve it over http");
  expect(lines[0]?.text).not.toContain("allowed_origins");
});

test("a stranger who makes up origins fills neither log nor memory", () => {
  const { lines, logger } = recorder();
  const tell = createRefusedOriginLog(logger);
  for (let index = 0; index < 1_000; index += 1) tell(`http://${index}.example/${"x".repeat(10_000)}`);
  expect(lines).toHaveLength(100);
  expect(Math.max(...lines.map(({ origin }) => origin.length))).toBe(200);
});
