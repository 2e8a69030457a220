import type { KindSettingsAnswer, SetAnswer, SettingAnswer, SettingsVariantAnswer } from "@switchyard/console/settings";
import type { ProcessKind } from "@switchyard/console/answers";
import { isSecret, leavesOf } from "@switchyard/runtime/environment";
import { Settings } from "@switchyard/runtime/settings";
import type { ListedProcess } from "./process-list.ts";

const kinds: readonly ProcessKind[] = ["gateway", "api", "worker"];
/** A variant says the names of so many of its processes. */
const namesMax = 20;
/** So many processes with settings of their own are a fault that the first ones show. */
const variantsMax = 8;

/** Everything there is to set, as docs/configuration.md has it. */
export function describedSettings(): readonly SettingAnswer[] {
  return leavesOf(Settings).map(({ path, variables, schema }) => {
    const { description = "", ownOfProcess = false, default: byDefault } = schema;
    return {
      key: path.join("."),
      description,
      byDefault: byDefault === undefined || isSecret(schema) ? null : JSON.stringify(byDefault),
      isSecret: isSecret(schema),
      isOwn: ownOfProcess,
      variables,
    };
  });
}

/** Which processes of each kind were started alike. @param known what is kept, by its hash, as JSON */
export function settingsByKind(
  processes: readonly ListedProcess[],
  known: ReadonlyMap<string, string | undefined>,
): readonly KindSettingsAnswer[] {
  return kinds.map((kind) => {
    const alive = processes.filter((one) => one.kind === kind && one.state !== "gone");
    const saying = alive.flatMap(({ settings, name }) => (settings === null ? [] : [{ settings, name }]));
    const variants = [...Map.groupBy(saying, ({ settings }) => settings)]
      .map(([hash, alike]): SettingsVariantAnswer => {
        const json = known.get(hash);
        return {
          hash,
          count: alike.length,
          processes: alike.map(({ name }) => name).slice(0, namesMax),
          set: json === undefined ? null : (JSON.parse(json) as readonly SetAnswer[]),
        };
      })
      .toSorted((a, b) => b.count - a.count || (a.hash < b.hash ? -1 : 1));
    return { kind, variants: variants.slice(0, variantsMax), silent: alive.length - saying.length };
  });
}
