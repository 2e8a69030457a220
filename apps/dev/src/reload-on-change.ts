import { type FSWatcher, watch } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { loadSettings } from "@switchyard/runtime/load-settings";
import type { Settings } from "@switchyard/runtime/settings";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { StartedApps } from "./start-apps.ts";
import type { SupervisedApp } from "./supervise-app.ts";
import type { Terminal } from "./terminal.ts";

export interface ReloadOptions {
  readonly settingsPath: string;
  readonly environment: NodeJS.ProcessEnv;
  /** What the processes were started with. */
  readonly settings: Settings;
  readonly terminal: Terminal;
  /** Why no worker could start as things are now; undefined: one could. */
  readonly check: () => Promise<string | undefined>;
  readonly apps: { readonly [App in keyof StartedApps]: RestartOf<StartedApps[App]> };
}

type RestartOf<App> = App extends SupervisedApp ? Restartable : readonly Restartable[];
type Restartable = Pick<SupervisedApp, "name" | "restart">;

/** An editor writes a file in several steps, and a person saves several files. */
const quietMs = 200;

/** Settings that workers and the api alone are made of. The others are read by gateways, whose clients would be cut off. */
const reloadable = ["handlers", "tasks", "groups", "worker"] as const satisfies readonly (keyof Settings)[];

/**
 * Development only: starts the workers again when a module of a handler changes, or a module beside it, and the workers and the
 * api when the settings of tasks change. Settings and modules that cannot be used leave everything as it is: a slip in one
 * handler must not take the others away. Commands and services need nothing, because a command is started for every attempt.
 *
 * Directories are watched, not files: editors put a new file in the place of the old one.
 */
export function reloadOnChange({ settingsPath, environment, settings, terminal, apps, check }: ReloadOptions) {
  let current = settings;
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isReloading = false;
  let changes = 0;
  /** Since the processes were last started. */
  const changed = new Set<string>();

  /** Where modules lie now, and where they will once the new settings can be used. */
  function watchAll(...known: readonly Settings[]): void {
    for (const watcher of watchers) watcher.close();
    const handlers = known.flatMap((one) => Object.values(one.handlers));
    const modules = handlers.flatMap((spec) => (spec.kind === "module" ? [spec.module] : []));
    const directories = new Set(modules.map((path) => dirname(resolve(dirname(settingsPath), path))));
    watchers = [...directories].flatMap((directory) => watchDirectory(directory, isModule, note));
    watchers.push(...watchDirectory(dirname(settingsPath), (name) => name === basename(settingsPath), note));
  }

  function note(name: string): void {
    changed.add(name);
    changes += 1;
    plan();
  }

  function plan(): void {
    clearTimeout(timer);
    if (!isReloading) timer = setTimeout(() => void reload(), quietMs);
  }

  async function reload(): Promise<void> {
    const [names, seen] = [[...changed], changes];
    const next = names.includes(basename(settingsPath)) ? readSettings(settingsPath, environment) : current;
    if (typeof next === "string") return refuse("settings", next);
    const { areSettingsNew, others } = compare(current, next);
    if (others.length > 0) {
      terminal.say("settings", `changed in ${others.join(", ")}, which needs another npm start`);
    }
    const again = areSettingsNew ? [...apps.workers, apps.api] : names.some(isModule) ? apps.workers : [];
    watchAll(current, next);
    isReloading = true;
    const problem = again.length > 0 ? await check() : undefined;
    isReloading = false;
    // Saved once more meanwhile: what was checked is not what lies there now.
    if (changes > seen) return plan();
    if (problem !== undefined) return refuse("handlers", problem);
    changed.clear();
    current = next;
    for (const app of again) {
      terminal.say(app.name, `${names.join(", ")} changed; starting it again`);
      app.restart();
    }
  }

  function refuse(what: string, problem: string): void {
    terminal.say(what, `${terminal.colors.red(problem)}\n             nothing was changed`);
  }

  watchAll(current);
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** A text says why they cannot be used. */
function readSettings(settingsPath: string, environment: NodeJS.ProcessEnv): Settings | string {
  try {
    return loadSettings({ ...environment, SWITCHYARD_CONFIG: settingsPath });
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
}

/** Whether what can be reloaded has changed, and the other sections that have. */
function compare(before: Settings, after: Settings) {
  const sections = Object.keys(after) as (keyof Settings)[];
  const changed = sections.filter((section) => !isDeepStrictEqual(before[section], after[section]));
  const others = changed.filter((section) => !reloadable.some((name) => name === section));
  return { areSettingsNew: changed.length > others.length, others };
}

function isModule(name: string): boolean {
  return /\.[cm]?[jt]s$/.test(name);
}

/** None for a directory that cannot be watched: then a person starts again by hand, as without all this. */
function watchDirectory(directory: string, isWanted: (name: string) => boolean, onChange: (name: string) => void) {
  try {
    const watcher = watch(directory, { persistent: false }, (_event, name) => {
      if (name !== null && isWanted(name)) onChange(name);
    });
    watcher.on("error", () => watcher.close());
    return [watcher];
  } catch {
    return [];
  }
}
