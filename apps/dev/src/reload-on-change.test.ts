import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSettings } from "@switchyard/runtime/load-settings";
import { expect, onTestFinished, test } from "vitest";
import { reloadOnChange } from "./reload-on-change.ts";
import { createTerminal } from "./terminal.ts";

const module = (path: string, more: object = {}) => ({ kind: "module", module: path, ...more });

async function watchProject() {
  const directory = await mkdtemp(join(tmpdir(), "switchyard-reload-"));
  const settingsPath = join(directory, "settings.json");
  const writeSettings = (settings: object) => writeFile(settingsPath, JSON.stringify(settings));
  await mkdir(join(directory, "handlers"));
  await writeSettings({ handlers: { test: module("./handlers/test.ts") } });
  const restarts: string[] = [];
  const said: string[] = [];
  const state: { problem?: string; checks: number } = { checks: 0 };
  const app = (name: string) => ({ name, restart: () => void restarts.push(name) });
  const reload = reloadOnChange({
    settingsPath,
    environment: {},
    settings: loadSettings({ SWITCHYARD_CONFIG: settingsPath }),
    terminal: createTerminal({ write: (line) => said.push(line), colored: false }),
    check: async () => {
      state.checks += 1;
      return state.problem;
    },
    apps: { workers: [app("worker-1"), app("worker-2")], api: app("api") },
  });
  onTestFinished(async () => {
    reload.close();
    await rm(directory, { recursive: true });
  });
  return { directory, settingsPath, writeSettings, restarts, said, state };
}

test("a handler that changes starts the workers again, once for a burst, and the api not", async () => {
  const { directory, restarts, said } = await watchProject();
  for (let n = 0; n < 5; n++) await writeFile(join(directory, "handlers", "test.ts"), `export default () => ${n};`);
  await expect.poll(() => restarts).toEqual(["worker-1", "worker-2"]);
  expect(said[0]).toContain("test.ts changed");
});

test("a file that is put in the place of the old one is a change, and so is a module beside it; other files are none", async () => {
  const { directory, restarts, said } = await watchProject();
  await writeFile(join(directory, "handlers", "notes.txt"), "");
  await writeFile(join(directory, "handlers", "new.txt"), "export default () => 1;");
  await rename(join(directory, "handlers", "new.txt"), join(directory, "handlers", "shared.mjs"));
  await expect.poll(() => restarts).toEqual(["worker-1", "worker-2"]);
  expect(said[0]).toContain("shared.mjs changed");
  expect(said.join()).not.toContain("notes.txt");
});

test("a new handler in the settings starts workers and api again, and its file is watched from then on", async () => {
  const { directory, writeSettings, restarts } = await watchProject();
  await mkdir(join(directory, "more"));
  await writeSettings({ handlers: { test: module("./handlers/test.ts"), other: module("./more/other.mjs") } });
  await expect.poll(() => restarts).toEqual(["worker-1", "worker-2", "api"]);
  await writeFile(join(directory, "more", "other.mjs"), "export default () => 1;");
  await expect.poll(() => restarts).toHaveLength(5);
});

test("settings that cannot be used are told and change nothing, and the next ones that can are taken", async () => {
  const { writeSettings, restarts, said } = await watchProject();
  await writeSettings({ handlrs: {} });
  await expect.poll(() => said.join()).toContain("handlrs: unknown key; did you mean `handlers`?");
  expect(restarts).toEqual([]);
  await writeSettings({ handlers: { test: module("./handlers/test.ts", { timeout: "5s" }) } });
  await expect.poll(() => restarts).toHaveLength(3);
});

test("handlers that cannot be loaded are told once and leave the workers as they are, until they can", async () => {
  const { directory, writeSettings, restarts, said, state } = await watchProject();
  state.problem = "handlers.greet.module: more/greet.ts:2:15 cannot be loaded: Expected ','";
  await mkdir(join(directory, "more"));
  await writeSettings({ handlers: { test: module("./handlers/test.ts"), greet: module("./more/greet.ts") } });
  await expect.poll(() => said.join()).toContain("greet.ts:2:15 cannot be loaded");
  expect(said.join()).toContain("nothing was changed");
  expect(restarts).toEqual([]);
  delete state.problem;
  // The file that is mended is one that only the new settings name.
  await writeFile(join(directory, "more", "greet.ts"), "export default () => 1;");
  await expect.poll(() => restarts).toEqual(["worker-1", "worker-2", "api"]);
  expect(said.filter((line) => line.includes("cannot be loaded"))).toHaveLength(1);
});

test("what gateways read as well is said to need another start", async () => {
  const { writeSettings, restarts, said } = await watchProject();
  await writeSettings({
    handlers: { test: module("./handlers/test.ts") },
    channel: { namespaces: [{ name: "chat" }] },
  });
  await expect.poll(() => said.join()).toContain("changed in channel, which needs another npm start");
  expect(restarts).toEqual([]);
});
