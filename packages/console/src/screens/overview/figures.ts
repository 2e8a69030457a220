import type { VNode } from "preact";
import type { OverviewAnswer, Sample } from "../../answers/overview.ts";
import { useWords } from "../../state/use-words.ts";
import { figure } from "../../ui/figure.ts";
import { dl, section, span } from "../../ui/html.ts";
import { sparkLine } from "../../ui/spark-line.ts";
import { useNumbers } from "../../ui/use-numbers.ts";
import { words } from "./words.ts";

/** How much there is, whether it grows, and its course over the last hour. */
export function Figures({ hub }: { readonly hub: OverviewAnswer }): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { tasks, clients, history } = hub;
  const line = (title: string, of: (sample: Sample) => number | null) =>
    history.length > 1 && sparkLine(history.map(of), `${title}, ${said.lastHour}`);
  return section(
    { class: "figures panel", "aria-label": said.figures },
    dl(
      null,
      figure({
        title: said.waiting,
        value: numbers.count(tasks.queued),
        detail: tendency(hub, said, numbers),
        line: line(said.waiting, ({ waiting }) => waiting),
      }),
      figure({
        title: said.oldest,
        value: numbers.span(tasks.oldestRunnableAgeMs),
        detail: said.runnable(numbers.count(tasks.runnable)),
      }),
      figure({
        title: said.running,
        value: numbers.count(tasks.running),
        detail: said.ofSlots(numbers.count(tasks.slots), numbers.count(tasks.needSlots)),
        line: line(said.running, ({ running }) => running),
      }),
      figure({
        title: said.flow,
        value: [numbers.rate(tasks.inPerSecond), span({ class: "unit" }, said.perSecond)],
        detail: said.out(numbers.rate(tasks.outPerSecond)),
        line: line(said.flow, ({ inPerSecond }) => inPerSecond),
      }),
      figure({
        title: said.failed,
        value: numbers.count(tasks.dead),
        detail: said.deadDetail(numbers.count(tasks.delayed), numbers.count(tasks.retrying)),
      }),
      figure({
        title: said.clients,
        value: numbers.count(clients.clients),
        detail: said.clientsDetail(numbers.count(clients.users), numbers.count(clients.subscriptions)),
        line: line(said.clients, (sample) => sample.clients),
      }),
    ),
  );
}

/** Whether what waits grows, and when it will be gone, at the rates of the last ten seconds. */
function tendency(
  { tasks }: OverviewAnswer,
  said: (typeof words)["en"],
  numbers: ReturnType<typeof useNumbers>,
): string {
  const { queued, inPerSecond, outPerSecond } = tasks;
  if (queued === 0 || inPerSecond === null || outPerSecond === null) return "";
  const growth = inPerSecond - outPerSecond;
  if (growth > 0.1) return said.grows(numbers.rate(growth));
  return growth < -0.1 ? said.shrinks(numbers.span((queued / -growth) * 1_000)) : "";
}
