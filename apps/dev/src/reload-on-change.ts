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
 * api when the settings of tasks change. Settings that cannot be used leave everything as it is. Commands and services
 * need nothing, because a command is started for every attempt.
 *
 * Directories are watched, not files: editors put a new file in the place of the old one.
 */
export function reloadOnChange({ settingsPath, environment, settings, terminal, apps }: ReloadOptions) {
  let current = settings;
  let watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  const changed = new Set<string>();

  function watchAll(): void {
    for (const watcher of watchers) watcher.close();
    const modules = Object.values(current.handlers).flatMap((spec) => (spec.kind === "module" ? [spec.module] : []));
    const directories = new Set(modules.map((path) => dirname(resolve(dirname(settingsPath), path))));
    watchers = [...directories].flatMap((directory) => watchDirectory(directory, isModule, note));
    watchers.push(...watchDirectory(dirname(settingsPath), (name) => name === basename(settingsPath), note));
  }

  function note(name: string): void {
    changed.add(name);
    clearTimeout(timer);
    timer = setTimeout(reload, quietMs);
  }

  function reload(): void {
    const names = [...changed];
    changed.clear();
    const areSettingsNew = names.includes(basename(settingsPath)) && readSettings();
    const modules = names.filter(isModule);
    const again = areSettingsNew ? [...apps.workers, apps.api] : modules.length > 0 ? apps.workers : [];
    for (const app of again) {
      terminal.say(app.name, `${names.join(", ")} changed; starting it again`);
      app.restart();
    }
    if (areSettingsNew) watchAll();
  }

  /** Whether settings that can be reloaded have changed. */
  function readSettings(): boolean {
    const before = current;
    try {
      current = loadSettings({ ...environment, SWITCHYARD_CONFIG: settingsPath });
    } catch (error) {
      if (!(error instanceof StartupError)) throw error;
      terminal.say("settings", `${terminal.colors.red(error.message)}\n             nothing was changed`);
      return false;
    }
    const differs = (section: keyof Settings) => !isDeepStrictEqual(before[section], current[section]);
    const others = (Object.keys(current) as (keyof Settings)[]).filter(
      (section) => differs(section) && !reloadable.some((name) => name === section),
    );
    if (others.length > 0) {
      terminal.say("settings", `changed in ${others.join(", ")}, which needs another npm start`);
    }
    return reloadable.some(differs);
  }

  watchAll();
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
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
