import type { VNode } from "preact";
import type { FigureSeries, FiguresAnswer } from "../../answers/figures.ts";
import type { OverviewAnswer } from "../../answers/overview.ts";
import { useDesk } from "../../state/desk.ts";
import { usePoll } from "../../state/use-poll.ts";
import { useWords } from "../../state/use-words.ts";
import { figure } from "../../ui/figure.ts";
import { dl, h2, header, part, section, span } from "../../ui/html.ts";
import { segments } from "../../ui/segments.ts";
import { sparkLine } from "../../ui/spark-line.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { words } from "./words.ts";

/** A new row comes as often. */
const everyMs = 10_000;
const windows = ["1h", "6h", "24h"] as const;

/** How much there is, whether it grows, and its course over the last hours, which the hub keeps whichever api answers. */
export function Figures({ hub }: { readonly hub: OverviewAnswer }): VNode {
  const said = useWords(words);
  const { route } = useDesk();
  const asked = route.place.value.query["window"];
  const window = windows.find((one) => one === asked) ?? "1h";
  const course = usePoll<FiguresAnswer>(`figures?window=${window}`, everyMs);
  const choices = windows.map((one) => ({
    text: said.windows[one],
    href: route.href([], { window: one === "1h" ? "" : one }),
    isHere: one === window,
  }));
  return section(
    { class: "figures panel" },
    header(null, h2(null, said.figures), segments(said.course, choices)),
    part(FigureList, { hub, series: course.data.value?.series, over: said.windows[window] }),
  );
}

interface FigureListProps {
  readonly hub: OverviewAnswer;
  readonly series: FiguresAnswer["series"] | undefined;
  /** Of what time the series are. */
  readonly over: string;
}

function FigureList({ hub: { tasks, clients }, series, over }: FigureListProps): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const line = (of: FigureSeries, write = numbers.count) => {
    const values = series?.[of] ?? [];
    const known = values.filter((value) => value !== null);
    const most = known.length === 0 ? said.noCourse : said.most(write(Math.max(...known)));
    return sparkLine(values, `${over}: ${most}`);
  };
  return dl(
    null,
    figure({
      title: said.waiting,
      value: numbers.count(tasks.queued),
      detail: tendency(tasks, said, numbers),
      line: line("queued"),
    }),
    figure({
      title: said.oldest,
      value: numbers.span(tasks.oldestRunnableAgeMs),
      detail: said.runnable(numbers.count(tasks.runnable)),
      line: line("oldestRunnableMs", numbers.span),
    }),
    figure({
      title: said.running,
      value: numbers.count(tasks.running),
      detail: said.ofSlots(numbers.count(tasks.slots), numbers.count(tasks.needSlots)),
      line: line("running"),
    }),
    figure({
      title: said.flow,
      value: [numbers.rate(tasks.inPerSecond), span({ class: "unit" }, said.perSecond)],
      detail: said.out(numbers.rate(tasks.outPerSecond)),
      line: line("inPerSecond", numbers.rate),
    }),
    figure({
      title: said.failed,
      value: numbers.count(tasks.dead),
      detail: said.deadDetail(numbers.count(tasks.delayed), numbers.count(tasks.retrying)),
      line: line("dead"),
    }),
    figure({
      title: said.clients,
      value: numbers.count(clients.clients),
      detail: said.clientsDetail(numbers.count(clients.users), numbers.count(clients.subscriptions)),
      line: line("clients"),
    }),
  );
}

/** Whether what waits grows, and when it will be gone, at the rates of the last ten seconds. */
function tendency(
  { queued, inPerSecond, outPerSecond }: OverviewAnswer["tasks"],
  said: (typeof words)["en"],
  numbers: ReturnType<typeof useNumbers>,
): string {
  if (queued === 0 || inPerSecond === null || outPerSecond === null) return "";
  const growth = inPerSecond - outPerSecond;
  if (growth > 0.1) return said.grows(numbers.rate(growth));
  return growth < -0.1 ? said.shrinks(numbers.span((queued / -growth) * 1_000)) : "";
}
