import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const exists = (path: string) => existsSync(new URL(`../${path}`, import.meta.url));
const dockerfile = read("Dockerfile");

test("copies paths that exist and that .dockerignore lets through", () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = ""]) => paths.split(" "));
  const allowed = read(".dockerignore").split("\n");
  expect(copied.length).toBeGreaterThan(0);
  expect(copied.filter((path) => !exists(path) || !allowed.includes(`!${path}`))).toEqual([]);
  expect(allowed).toContain("**/node_modules");
});

test("runs the Node that the repository develops with, and never as root", () => {
  const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
  expect(dockerfile).toContain(`FROM node:${devDependencies["node"]}-slim AS base`);
  for (const stage of dockerfile.split(/^FROM /m).filter((text) => / AS app/.test(text))) {
    expect([...stage.matchAll(/^USER (.+)$/gm)].at(-1)?.[1]).toBe("10001:10001");
  }
});

test("installs from the lock file, without the scripts of dependencies", () => {
  expect(dockerfile).toMatch(/npm ci --omit=dev --ignore-scripts/);
  expect(dockerfile).not.toMatch(/npm (i|install)\b/);
});
