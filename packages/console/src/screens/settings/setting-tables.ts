import type { ComponentChildren, VNode } from "preact";
import type { SetAnswer, SettingAnswer } from "../../answers/settings.ts";
import { useDesk } from "../../state/desk.ts";
import { useWords } from "../../state/use-words.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { code, div, h2, header, p, part, section, span } from "../../ui/html.ts";
import { inChinese } from "./in-chinese.ts";
import { SettingOrigin } from "./setting-origin.ts";
import { SettingValue } from "./setting-value.ts";
import { words } from "./words.ts";

export interface SettingTablesProps {
  readonly settings: readonly SettingAnswer[];
  readonly set: readonly SetAnswer[];
  /** Only one process has these settings, so what is its own is known, too. */
  readonly isAlone: boolean;
  readonly filter: { readonly text: string; readonly isOnlySet: boolean };
}

/** All settings, a table for each section of the file. */
export function SettingTables({ settings, set, isAlone, filter }: SettingTablesProps): VNode {
  const said = useWords(words);
  const { preferences } = useDesk();
  const isZh = preferences.language.value === "zh";
  const known = new Map(set.map((one) => [one.key, one] as const));
  const asked = filter.text.trim().toLowerCase();
  const rows = settings.filter(
    ({ key, description, variables }) =>
      (!filter.isOnlySet || known.has(key)) &&
      [key, description, inChinese[description] ?? "", ...variables].some((text) => text.toLowerCase().includes(asked)),
  );
  const columns: readonly Column<SettingAnswer>[] = [
    {
      title: said.setting,
      cell: ({ key, description }) => {
        const chinese = isZh ? inChinese[description] : undefined;
        const lang = chinese === undefined ? "en" : "zh-CN";
        return [code(null, key), div({ class: "soft small", lang }, inWords(chinese ?? description))];
      },
    },
    {
      title: said.value,
      cell: (setting) =>
        setting.isOwn && !isAlone
          ? span({ class: "faint" }, said.own)
          : part(SettingValue, { setting, set: known.get(setting.key) }),
    },
    { title: said.from, cell: ({ key }) => part(SettingOrigin, { set: known.get(key) }) },
  ];
  if (rows.length === 0) return p({ class: "empty panel" }, asked === "" ? said.nothing : said.noMatch);
  const sections = Map.groupBy(rows, ({ key }) => key.split(".", 1)[0] ?? key);
  return div(
    { class: "answer settings-list" },
    [...sections].map(([name, ofSection]) =>
      section(
        { class: "panel", key: name },
        // A setting that is a section by itself needs no heading.
        (ofSection.length > 1 || ofSection[0]?.key !== name) && header(null, h2({ class: "mono" }, name)),
        dataTable({ title: name, columns, rows: ofSection, keyOf: ({ key }) => key }),
      ),
    ),
  );
}

/** Code in backticks is code, and a link is its words: it leads to a page of the documentation. */
function inWords(description: string): ComponentChildren {
  const pieces = description.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1").split("`");
  return pieces.map((piece, index) => (index % 2 === 0 ? piece : code({ key: String(index) }, piece)));
}
