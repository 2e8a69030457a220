import type { ProcessKind } from "../../answers/overview.ts";
import { nameInText } from "../../state/name-in-text.ts";
import { plural } from "../../state/plural.ts";
import type { Words } from "../../state/use-words.ts";

interface SettingsWords {
  readonly title: string;
  readonly kind: string;
  readonly kinds: Readonly<Record<ProcessKind, string>>;
  readonly alike: (count: number, kind: ProcessKind) => string;
  /** `others`: which those are, some of them. */
  readonly differ: (count: number, total: number, kind: ProcessKind, others: readonly string[]) => string;
  /** Where no settings are those of most. */
  readonly allDiffer: (sorts: number, total: number, kind: ProcessKind) => string;
  readonly valuesOf: string;
  /** `vm:8431, vm:8432 and 3 more`. */
  readonly some: (names: readonly string[], count: number) => string;
  readonly none: Readonly<Record<ProcessKind, string>>;
  readonly silent: (count: number) => string;
  readonly forgotten: string;
  readonly differences: string;
  readonly inSecret: string;
  readonly variant: (count: number, names: readonly string[]) => string;
  readonly find: string;
  readonly onlySet: string;
  readonly setting: string;
  readonly value: string;
  readonly from: string;
  readonly byDefault: string;
  readonly inFile: string;
  readonly own: string;
  readonly isSet: string;
  readonly isNotSet: string;
  readonly entries: (count: number) => string;
  readonly isCut: string;
  readonly empty: string;
  readonly nothing: string;
  readonly noMatch: string;
  readonly note: string;
}

const namesEn = (count: number, kind: ProcessKind) =>
  ({
    gateway: plural(count, "gateway", "gateways"),
    api: plural(count, "api", "apis"),
    worker: plural(count, "worker", "workers"),
  })[kind];
const namesZh = { gateway: "网关", api: "api", worker: "worker" } as const;

/** The first two of so many. */
const someEn = (names: readonly string[], count: number) =>
  names.slice(0, 2).map(nameInText).join(", ") + (count > 2 ? ` and ${count - 2} more` : "");
const someZh = (names: readonly string[], count: number) =>
  names.slice(0, 2).map(nameInText).join("、") + (count > 2 ? ` 等 ${count} 个` : "");

export const words: Words<SettingsWords> = {
  en: {
    title: "Settings",
    kind: "Processes",
    kinds: { gateway: "Gateways", api: "Apis", worker: "Workers" },
    alike: (count, kind) =>
      count === 1
        ? `The ${kind} runs with these settings.`
        : `All ${count} ${namesEn(count, kind)} run with the same settings.`,
    differ: (count, total, kind, names) =>
      `${count} of ${total} ${namesEn(total, kind)} ${plural(count, "runs", "run")} with other settings than the rest: ${someEn(names, count)}.`,
    allDiffer: (sorts, total, kind) => `The ${total} ${namesEn(total, kind)} run with ${sorts} different settings.`,
    valuesOf: "Values of",
    some: someEn,
    none: {
      gateway: "No gateway is on the list of processes.",
      api: "No api is on the list of processes.",
      worker: "No worker is on the list of processes.",
    },
    silent: (count) => `${count} of an older release ${plural(count, "does", "do")} not say.`,
    forgotten: "What they were started with is not known any more; they say it again within twenty minutes.",
    differences: "What differs",
    inSecret: "They differ in a secret, or in a value that is too large to be shown.",
    variant: (count, names) => `${count}: ${names.map(nameInText).join(", ")}`,
    find: "Find a setting",
    onlySet: "Only what is not by default",
    setting: "Setting",
    value: "Value",
    from: "From",
    byDefault: "default",
    inFile: "file",
    own: "each process has its own",
    isSet: "set",
    isNotSet: "not set",
    entries: (count) => `${count} ${plural(count, "entry", "entries")}`,
    isCut: "too large to be shown",
    empty: "empty",
    nothing: "Nothing is set: all is by default.",
    noMatch: "No setting is like this.",
    note: "Settings are read when a process starts. To change one, change the file or the environment and restart it. Secrets never leave their process.",
  },
  zh: {
    title: "设置",
    kind: "进程",
    kinds: { gateway: "网关", api: "Api", worker: "Worker" },
    alike: (count, kind) =>
      count === 1 ? `该 ${namesZh[kind]} 以这些设置运行。` : `全部 ${count} 个 ${namesZh[kind]} 的设置相同。`,
    differ: (count, total, kind, names) =>
      `${total} 个 ${namesZh[kind]} 中有 ${count} 个的设置与其余不同：${someZh(names, count)}。`,
    allDiffer: (sorts, total, kind) => `${total} 个 ${namesZh[kind]} 有 ${sorts} 种不同的设置。`,
    valuesOf: "显示的值属于",
    some: someZh,
    none: {
      gateway: "进程列表中没有网关。",
      api: "进程列表中没有 api。",
      worker: "进程列表中没有 worker。",
    },
    silent: (count) => `有 ${count} 个旧版本进程未说明其设置。`,
    forgotten: "其启动设置已不再保留；二十分钟内会重新写入。",
    differences: "差异",
    inSecret: "差异在于某个密钥，或在于过大而无法显示的值。",
    variant: (count, names) => `${count} 个：${names.map(nameInText).join("、")}`,
    find: "查找设置",
    onlySet: "只显示非默认值",
    setting: "设置项",
    value: "值",
    from: "来源",
    byDefault: "默认",
    inFile: "文件",
    own: "各进程各不相同",
    isSet: "已设置",
    isNotSet: "未设置",
    entries: (count) => `${count} 项`,
    isCut: "过大，无法显示",
    empty: "空",
    nothing: "没有设置任何项，全部为默认值。",
    noMatch: "没有符合条件的设置。",
    note: "设置在进程启动时读取。要修改，请更改文件或环境变量并重启进程。密钥不会离开其进程。说明为英文原文。",
  },
};
