import type { VNode } from "preact";
import type { ProcessKind } from "../../answers/overview.ts";
import type { KindSettingsAnswer, SettingsAnswer, SettingsVariantAnswer } from "../../answers/settings.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { Answer } from "../../ui/answer.ts";
import { div, h1, header, input, label, option, p, part, select } from "../../ui/html.ts";
import { segments } from "../../ui/segments.ts";
import { Differences } from "./differences.ts";
import { SettingTables } from "./setting-tables.ts";
import { words } from "./words.ts";

/** Settings change when processes are restarted. */
const everyMs = 10_000;
const kinds: readonly ProcessKind[] = ["gateway", "api", "worker"];

/** What the processes of a kind were started with, where each value is from, and which of them differ. */
export function Settings(): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const poll = usePoll<SettingsAnswer>("settings", everyMs);
  const kind = kinds.find((one) => one === route.place.value.query["kind"]) ?? "gateway";
  const choices = kinds.map((one) => ({
    text: said.kinds[one],
    href: route.href(["settings"], { kind: one }),
    isHere: one === kind,
  }));
  return div(
    { class: "screen" },
    header({ class: "screen-head" }, h1(null, said.title), segments(said.kind, choices)),
    part(Answer<SettingsAnswer>, { of: poll, show: (found) => part(OfKind, { key: kind, kind, found }) }),
  );
}

interface OfKindProps {
  readonly kind: ProcessKind;
  readonly found: SettingsAnswer;
}

function OfKind({ kind, found: { settings, kinds: all } }: OfKindProps): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  // In the address, so that what was found can be sent to somebody.
  const { q = "", set = "", of: asked = "" } = route.place.value.query;
  const isOnlySet = set === "only";
  const refine = (change: object) => route.refine({ kind, q, set, of: asked, ...change });
  const of = all.find((one) => one.kind === kind) ?? { kind, variants: [], silent: 0 };
  const shown = of.variants.find(({ hash }) => hash === asked) ?? of.variants[0];
  return div(
    { class: "answer" },
    part(Verdict, { of }),
    of.variants.length > 1 && part(Differences, { variants: of.variants, settings }),
    shown !== undefined && [
      div(
        { class: "search", role: "search" },
        input({
          type: "search",
          "aria-label": said.find,
          placeholder: said.find,
          maxLength: 100,
          spellcheck: false,
          value: q,
          onInput: (event) => refine({ q: event.currentTarget.value }),
        }),
        label(
          { class: "check" },
          input({
            type: "checkbox",
            checked: isOnlySet,
            onChange: (event) => refine({ set: event.currentTarget.checked ? "only" : "" }),
          }),
          said.onlySet,
        ),
        of.variants.length > 1 &&
          part(WhoseValues, { variants: of.variants, shown, onChoose: (hash) => refine({ of: hash }) }),
      ),
      shown.set === null
        ? p({ class: "why bad" }, said.forgotten)
        : part(SettingTables, {
            settings,
            set: shown.set,
            isAlone: shown.count === 1,
            filter: { text: q, isOnlySet },
          }),
    ],
    p({ class: "soft small" }, said.note),
  );
}

interface WhoseProps {
  readonly variants: readonly SettingsVariantAnswer[];
  readonly shown: SettingsVariantAnswer;
  readonly onChoose: (hash: string) => void;
}

/** Of processes that differ, those whose values stand in the list. */
function WhoseValues({ variants, shown, onChoose }: WhoseProps): VNode {
  const said = useWords(words);
  return label(
    { class: "check" },
    said.valuesOf,
    select(
      { value: shown.hash, onChange: (event) => onChoose(event.currentTarget.value) },
      variants.map(({ hash, count, processes }) =>
        option({ key: hash, value: hash, selected: hash === shown.hash }, said.some(processes, count)),
      ),
    ),
  );
}

function Verdict({ of: { kind, variants, silent } }: { readonly of: KindSettingsAnswer }): VNode {
  const said = useWords(words);
  const total = variants.reduce((sum, { count }) => sum + count, 0);
  const most = variants[0]?.count ?? 0;
  const others = variants.slice(1).flatMap(({ processes }) => processes);
  const hasMost = most * 2 > total;
  const sentence =
    total === 0
      ? said.none[kind]
      : variants.length === 1
        ? said.alike(total, kind)
        : hasMost
          ? said.differ(total - most, total, kind, others)
          : said.allDiffer(variants.length, total, kind);
  return p({ class: variants.length === 1 ? "why" : "why bad" }, sentence, silent > 0 && ` ${said.silent(silent)}`);
}
