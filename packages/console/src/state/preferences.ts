import { type Signal, effect, signal } from "@preact/signals";

export type Language = "en" | "zh";
export type Theme = "system" | "light" | "dark";
/** `relative`: "3 min ago"; the others a time of day. */
export type TimeMode = "relative" | "local" | "utc";

/** What somebody has chosen, kept in this browser. `theme` is one with that of the demo pages. */
export interface Preferences {
  readonly language: Signal<Language>;
  readonly theme: Signal<Theme>;
  readonly timeMode: Signal<TimeMode>;
  /** Single letters do things. */
  readonly hasKeys: Signal<boolean>;
}

export const localeOf = { en: "en-GB", zh: "zh-CN" } as const;

/** @param asked the language in the address, which counts for this visit */
export function openPreferences(asked: string | null): Preferences {
  const fromPage: Language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  const language = signal<Language>(asked === "zh" || asked === "en" ? asked : fromPage);
  const theme = signal<Theme>(oneOf(read("switchyard.theme"), ["light", "dark", "system"]) ?? "system");
  const timeMode = signal<TimeMode>(oneOf(read("switchyard.time"), ["relative", "local", "utc"]) ?? "relative");
  const hasKeys = signal(read("switchyard.keys") !== "off");
  const root = document.documentElement;
  effect(() => {
    root.lang = language.value === "zh" ? "zh-CN" : "en";
    write("switchyard.language", language.value);
  });
  effect(() => {
    if (theme.value === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = theme.value;
    write("switchyard.theme", theme.value);
  });
  effect(() => write("switchyard.time", timeMode.value));
  effect(() => write("switchyard.keys", hasKeys.value ? "on" : "off"));
  return { language, theme, timeMode, hasKeys };
}

function oneOf<T extends string>(value: string | null, known: readonly T[]): T | undefined {
  return known.find((one) => one === value);
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // It holds for this page then.
  }
}
