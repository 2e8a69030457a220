import type { Desk } from "../state/desk.ts";
import { screens, screenWords } from "./screens.ts";

export interface Choice {
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  readonly take: () => void;
}

const mostChoices = 8;

/** What a text can mean, the likeliest first. */
export function findChoices(text: string, { route, preferences, overview }: Desk): readonly Choice[] {
  const asked = text.trim();
  const titles = screenWords[preferences.language.value];
  const go = (path: readonly string[]) => () => route.go(path);
  const places = screens
    .map(({ path, key }) => ({
      key: `screen ${path}`,
      title: titles[path],
      detail: `g ${key}`,
      take: go(path === "" ? [] : [path]),
    }))
    .filter(({ title }) => title.toLowerCase().includes(asked.toLowerCase()));
  void overview;
  return places.slice(0, mostChoices);
}
