import type { ComponentChildren, VNode } from "preact";
import { useId, useLayoutEffect } from "preact/hooks";
import { useWords } from "../../state/use-words.ts";
import { div, input, label, option, p, select, span } from "../../ui/html.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import type { FieldProblem } from "./field-problem.ts";
import { type Draft, perMsOf, rateUnitsMs } from "./settings-draft.ts";
import { words } from "./words.ts";

export interface SettingsFieldsProps {
  readonly draft: Draft;
  readonly write: (change: Partial<Draft>) => void;
  /** What was refused, at the field that it is about. */
  readonly problem: FieldProblem | undefined;
  readonly isFixed: boolean;
}

/** What holds for a group; what cannot be written is no field. */
export function SettingsFields(props: SettingsFieldsProps): VNode {
  const { draft, problem, isFixed } = props;
  const said = useWords(words);
  const numbers = useNumbers();
  const id = useId();
  // What has to be written otherwise has the focus.
  useLayoutEffect(() => {
    if (problem !== undefined) document.getElementById(id + problem.field)?.focus();
  }, [problem]);
  const { box, choose, row } = createFields(id, props);
  const number = (name: keyof Draft, title: string, placeholder = "") =>
    row(name, title, isFixed ? draft[name] || placeholder || "–" : box(name, placeholder));
  const choice = <T extends string>(name: keyof Draft, title: string, texts: Readonly<Record<T, string>>) =>
    row(name, title, isFixed ? texts[draft[name] as T] : choose(name, Object.entries<string>(texts)));
  const units = rateUnitsMs.map((ms) => [String(ms), said.rateUnits[ms]] as const);
  const perMs = perMsOf(draft);
  const rateSpan = isFixed
    ? numbers.span(Number(perMs))
    : div({ class: "pair" }, box("ratePer"), choose("rateUnitMs", units, said.rateUnit));
  const rows: ComponentChildren[] = [
    number("concurrency", said.concurrency, said.noBound),
    number("weight", said.weight),
    number("rateMax", said.rateMax, said.noBound),
    draft.rateMax !== "" && row("ratePer", said.ratePer, rateSpan),
    choice("onFailure", said.onFailure, said.onFailures),
    draft.onFailure === "pauseAfter" && number("pauseAfter", said.pauseAfter),
    number("maxSize", said.maxSize, said.noBound),
    draft.maxSize !== "" && choice("onFull", said.onFull, said.onFulls),
  ];
  return div({ class: "grid" }, rows);
}

/** Their parts: `row` has a title, and below it why what was written was refused. */
function createFields(id: string, { draft, write, problem, isFixed }: SettingsFieldsProps) {
  const problemId = `${id}problem`;
  const row = (name: keyof Draft, title: string, shown: ComponentChildren): ComponentChildren =>
    isFixed
      ? [span({ class: "soft" }, title), span(null, shown)]
      : [
          label({ for: id + name }, title),
          shown,
          problem?.field === name && p({ id: problemId, class: "bad small problem", role: "alert" }, problem.text),
        ];
  const box = (name: keyof Draft, placeholder = "") =>
    input({
      id: id + name,
      inputMode: "decimal",
      value: draft[name],
      placeholder,
      maxLength: 12,
      "aria-invalid": problem?.field === name,
      "aria-describedby": problem?.field === name ? problemId : undefined,
      onInput: (event) => write({ [name]: event.currentTarget.value }),
    });
  const choose = (name: keyof Draft, texts: readonly (readonly [string, string])[], title?: string) =>
    select(
      {
        id: id + name,
        value: draft[name],
        "aria-label": title,
        onChange: (event) => write({ [name]: event.currentTarget.value }),
      },
      texts.map(([value, text]) => option({ key: value, value, selected: draft[name] === value }, text)),
    );
  return { row, box, choose };
}
