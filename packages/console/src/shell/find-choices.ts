import type { Desk } from "../state/desk.ts";
import { isAddressable } from "../state/place.ts";
import type { Words } from "../state/use-words.ts";
import { screensFor, screenWords } from "./screens.ts";

export interface Choice {
  readonly key: string;
  readonly title: string;
  readonly detail: string;
  readonly take: () => void;
}

const mostChoices = 12;
const words: Words<Readonly<Record<"task" | "group" | "search" | "inbox" | "needs", string>>> = {
  en: {
    task: "Open the task",
    group: "Open the group",
    search: "Find tasks",
    inbox: "Inbox of this user",
    needs: "needs you",
  },
  zh: { task: "打开任务", group: "打开分组", search: "查找任务", inbox: "该用户的收件箱", needs: "需要处理" },
};

/**
 * What a text can mean, the likeliest first: the task of this id, groups that need somebody or have much waiting, the group of this very name,
 * screens, tasks by a search. Nothing is asked of the hub while somebody types.
 */
export function findChoices(text: string, { operator, route, preferences, overview }: Desk): readonly Choice[] {
  const asked = text.trim();
  const language = preferences.language.value;
  const [said, titles] = [words[language], screenWords[language]];
  const go = (path: readonly string[], query?: Readonly<Record<string, string>>) => () => route.go(path, query);
  const matches = (name: string) => name.toLowerCase().includes(asked.toLowerCase());
  const known = overview.data.value;
  const troubled = (known?.needs ?? []).flatMap((need) => ("group" in need ? [need.group] : []));
  const groups = [...new Set([...troubled, ...(known?.groups ?? []).map(({ id }) => id)])].filter(
    (group) => group !== "" && matches(group),
  );
  const choices: Choice[] = [];
  if (/^[tc]_[\w-]{5,}$/.test(asked))
    choices.push({ key: "task", title: asked, detail: said.task, take: go(["tasks", asked]) });
  for (const { path, key } of screensFor(operator))
    if (matches(titles[path]))
      choices.push({
        key: `screen ${path}`,
        title: titles[path],
        detail: `g ${key}`,
        take: go(path === "" ? [] : [path]),
      });
  for (const group of asked === "" ? troubled.slice(0, 3) : groups.slice(0, 4))
    choices.push({
      key: `group ${group}`,
      title: group,
      detail: troubled.includes(group) ? said.needs : said.group,
      take: go(["groups", group]),
    });
  if (asked === "") return unique(choices);
  // Blanks at the ends are part of a name; mostly they are not meant.
  for (const name of new Set([asked, text]))
    if (!groups.includes(name) && isAddressable(name))
      choices.push({ key: `named ${name}`, title: name, detail: said.group, take: go(["groups", name]) });
  if (isAddressable(asked) && screensFor(operator).some(({ path }) => path === "inbox"))
    choices.push({ key: "inbox", title: asked, detail: said.inbox, take: go(["inbox", asked]) });
  choices.push({ key: "search", title: asked, detail: said.search, take: go(["tasks"], { q: asked }) });
  return unique(choices);
}

/** A group that needs somebody twice is one. */
function unique(choices: readonly Choice[]): readonly Choice[] {
  return [...new Map(choices.filter(({ title }) => title !== "").map((one) => [one.key, one])).values()].slice(
    0,
    mostChoices,
  );
}
