import type { VNode } from "preact";
import type { Fields } from "../state/hub.ts";
import { useWords, type Words } from "../state/use-words.ts";
import { bdi, dd, div, dl, dt, p } from "./html.ts";

interface MovedWords {
  readonly title: string;
  readonly was: string;
  readonly is: string;
  readonly none: string;
  readonly gone: string;
  readonly flags: readonly [no: string, yes: string];
  readonly fields: Readonly<Record<string, string>>;
}

const words: Words<MovedWords> = {
  en: {
    title: "Nothing was done: this has changed since you looked.",
    was: "was",
    is: "is",
    none: "nothing",
    gone: "not there any more",
    flags: ["no", "yes"],
    fields: {
      paused: "Paused",
      reason: "Note",
      waiting: "Waiting",
      active: "Running",
      deadLetters: "Failed for good",
      settings: "Limits",
      concurrency: "At the same time",
      weight: "Weight",
      rate: "Rate",
      onFailure: "After a failure",
      maxSize: "Waiting at most",
      onFull: "When it is full",
      status: "State",
      state: "State",
      note: "Note",
      revision: "Revision",
    },
  },
  zh: {
    title: "未执行任何操作：自您查看之后发生了变化。",
    was: "原为",
    is: "现为",
    none: "无",
    gone: "已不存在",
    flags: ["否", "是"],
    fields: {
      paused: "已暂停",
      reason: "备注",
      waiting: "等待中",
      active: "运行中",
      deadLetters: "最终失败",
      settings: "限制",
      concurrency: "同时运行",
      weight: "权重",
      rate: "速率",
      onFailure: "失败之后",
      maxSize: "最多等待",
      onFull: "已满时",
      status: "状态",
      state: "状态",
      note: "备注",
      revision: "版本",
    },
  },
};

export interface MovedFieldsProps {
  readonly seen: Fields;
  readonly now: Fields;
}

/** What is no longer as somebody saw it who was about to act on it. */
export function MovedFields({ seen, now }: MovedFieldsProps): VNode {
  const said = useWords(words);
  const text = (value: unknown) => {
    if (value === undefined) return said.gone;
    if (value === null || value === "") return said.none;
    if (typeof value === "boolean") return said.flags[value ? 1 : 0];
    return typeof value === "string" ? value : JSON.stringify(value);
  };
  return div(
    { class: "moved", role: "alert" },
    p(null, said.title),
    dl(
      null,
      differences(seen, now).map(({ name, was, is }) => [
        dt(null, said.fields[name] ?? name),
        dd(null, `${said.was} `, bdi(null, text(was)), ` → ${said.is} `, bdi(null, text(is))),
      ]),
    ),
  );
}

interface Difference {
  readonly name: string;
  readonly was: unknown;
  readonly is: unknown;
}

/** Settings of a group are looked into: of six, one may have moved. */
function differences(seen: Fields, now: Fields): readonly Difference[] {
  return Object.keys(seen).flatMap((name) => {
    const [was, is] = [seen[name], now[name]];
    if (JSON.stringify(was) === JSON.stringify(is)) return [];
    return name === "settings" && isFields(was) && isFields(is) ? differences(was, is) : [{ name, was, is }];
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
