import type { VNode } from "preact";
import type { SetAnswer, SettingAnswer, SettingsVariantAnswer } from "../../answers/settings.ts";
import { useWords } from "../../state/use-words.ts";
import { type Column, dataTable } from "../../ui/data-table.ts";
import { bdi, code, h2, header, p, part, section, span } from "../../ui/html.ts";
import { SettingOrigin } from "./setting-origin.ts";
import { SettingValue } from "./setting-value.ts";
import { words } from "./words.ts";

export interface DifferencesProps {
  readonly variants: readonly SettingsVariantAnswer[];
  readonly settings: readonly SettingAnswer[];
}

/** What some processes of a kind were started with and others were not, side by side. */
export function Differences({ variants, settings }: DifferencesProps): VNode {
  const said = useWords(words);
  const bySetting = variants.map(({ set }) => new Map((set ?? []).map((one) => [one.key, one] as const)));
  const rows = settings.filter(({ key, isOwn }) => {
    const values = bySetting.map((set) => told(set.get(key)));
    return !isOwn && values.some((value) => value !== values[0]);
  });
  const columns: readonly Column<SettingAnswer>[] = [
    { title: said.setting, cell: ({ key }) => code(null, key) },
    ...variants.map(({ count, processes }, index): Column<SettingAnswer> => ({
      title: said.variant(count, processes),
      cell: (setting) => {
        const set = bySetting[index]?.get(setting.key);
        return [
          bdi(null, part(SettingValue, { setting, set })),
          " ",
          span({ class: "soft small" }, part(SettingOrigin, { set })),
        ];
      },
    })),
  ];
  const isKnown = variants.every(({ set }) => set !== null);
  return section(
    { class: "panel" },
    header(null, h2(null, said.differences)),
    !isKnown && p({ class: "empty" }, said.forgotten),
    isKnown && rows.length === 0 && p({ class: "empty" }, said.inSecret),
    isKnown && rows.length > 0 && dataTable({ title: said.differences, columns, rows, keyOf: ({ key }) => key }),
  );
}

/** What of a setting counts: where it is from does not. */
function told(set: SetAnswer | undefined): string {
  if (set === undefined) return "";
  const { value, isSet, entries, isCut } = set;
  return JSON.stringify([value, isSet, entries, isCut]);
}
