import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { consoleFolder } from "@switchyard/console/vendor";
import { expect, test } from "vitest";

// What all tables of words of the console have in common. The test stands here, since its package knows browsers alone.
const root = fileURLToPath(new URL("src", consoleFolder));
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
const tables = sources.filter(({ path }) => path.endsWith("words.ts") && !/(?:use|need)-words/.test(path));

type Table = Readonly<Record<string, unknown>>;

/** In English and in Chinese. */
async function languagesOf(path: string): Promise<readonly Table[]> {
  const [words] = Object.values(
    (await import(join(root, path))) as Readonly<Record<string, Record<"en" | "zh", Table>>>,
  );
  return words === undefined ? [] : [words.en, words.zh];
}

function usersOf(table: string): readonly string[] {
  const isUser = ({ path, text }: (typeof sources)[number]) =>
    [...text.matchAll(/from "(\.[^"]+)"/g)].some(([, from = ""]) => join(dirname(path), from) === table);
  return sources.filter(isUser).map(({ text }) => text);
}

/** Those that no module with this table takes from it, by name or, as in `said[state]`, by a text. */
function unused(words: Table, users: readonly string[]): readonly string[] {
  return Object.keys(words).filter((key) => !users.some((text) => new RegExp(`\\.${key}\\b|"${key}"`).test(text)));
}

/** Parameters by these names are from outside. */
const outside = /^(?:names?|id|group|user|title|parts|worker|by)$/;
const hostile = "\u202Egnp";

/** Sentences that show a name as it is and not what it hides. */
function careless(words: Table): readonly string[] {
  return Object.entries(words).flatMap(([key, value]) => {
    if (typeof value === "object" && value !== null) return careless(value as Table);
    if (typeof value !== "function") return [];
    const [, parameters = ""] = /^\(([^)]*)\)/.exec(String(value)) ?? [];
    const given = parameters
      .split(/,\s*/)
      .map((name) => (name === "names" ? [hostile] : outside.test(name) ? hostile : "1"));
    return String((value as (...all: readonly unknown[]) => string)(...given)).includes("\u202E") ? [key] : [];
  });
}

test.each(tables)("each word of $path is used, and a name in its sentences shows what it hides", async ({ path }) => {
  const users = usersOf(path);
  for (const words of await languagesOf(path)) {
    expect(Object.keys(words).length).toBeGreaterThan(0);
    expect({ unused: unused(words, users), careless: careless(words) }).toEqual({ unused: [], careless: [] });
  }
});

test("the checks find a word that nobody uses, and a sentence that takes a name as it is", () => {
  expect(tables.length).toBeGreaterThan(10);
  expect(unused({ used: "", more: "" }, ["said.used", "moreover"])).toEqual(["more"]);
  const nested = { erase: (user: string) => `Erase ${user}?`, count: (count: string) => count };
  expect(careless({ nested })).toEqual(["erase"]);
});
