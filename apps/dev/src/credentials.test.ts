import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadCredentials } from "./credentials.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "switchyard-credentials-"));
});
afterEach(() => rm(directory, { recursive: true }));

test("generates secrets that the settings accept, once, for the owner only", async () => {
  const first = await loadCredentials(directory, checkSettings({}));
  expect(() => checkSettings({ client: { token: { hmac_secret_key: first.tokenSecret } } })).not.toThrow();
  expect(Object.values(first).join("")).toMatch(/^[A-Za-z0-9]+$/);
  expect(await loadCredentials(directory, checkSettings({}))).toEqual(first);
  expect((await stat(join(directory, "credentials.json"))).mode & 0o777).toBe(0o600);
});

test("lets the settings win, one by one", async () => {
  const generated = await loadCredentials(directory, checkSettings({}));
  const settings = checkSettings({}, { SWITCHYARD_API_KEY: "my-own-key-of-16-or-more" });
  expect(await loadCredentials(directory, settings)).toEqual({ ...generated, apiKey: "my-own-key-of-16-or-more" });
});

test("does not silently replace a file it cannot read", async () => {
  await writeFile(join(directory, "credentials.json"), "{}");
  await expect(loadCredentials(directory, checkSettings({}))).rejects.toThrow(
    /credentials.json cannot be used.*delete it/,
  );
});
