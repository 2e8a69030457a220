import type { ComponentChildren, VNode } from "preact";
import type { OverviewAnswer, Sample } from "../../answers/overview.ts";
import { useWords } from "../../state/use-words.ts";
import { dd, div, dl, dt, section, span } from "../../ui/html.ts";
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
      figure(
        said.waiting,
        numbers.count(tasks.queued),
        tendency(hub, said, numbers),
        line(said.waiting, ({ waiting }) => waiting),
      ),
      figure(said.oldest, numbers.span(tasks.oldestRunnableAgeMs), said.runnable(numbers.count(tasks.runnable)), null),
      figure(
        said.running,
        numbers.count(tasks.running),
        said.ofSlots(numbers.count(tasks.slots), numbers.count(tasks.needSlots)),
        line(said.running, ({ running }) => running),
      ),
      figure(
        said.flow,
        [numbers.rate(tasks.inPerSecond), span({ class: "unit" }, said.perSecond)],
        said.out(numbers.rate(tasks.outPerSecond)),
        line(said.flow, ({ inPerSecond }) => inPerSecond),
      ),
      figure(
        said.failed,
        numbers.count(tasks.dead),
        said.deadDetail(numbers.count(tasks.delayed), numbers.count(tasks.retrying)),
        null,
      ),
      figure(
        said.clients,
        numbers.count(clients.clients),
        said.clientsDetail(numbers.count(clients.users), numbers.count(clients.subscriptions)),
        line(said.clients, (sample) => sample.clients),
      ),
    ),
  );
}

function figure(title: string, value: ComponentChildren, detail: ComponentChildren, line: ComponentChildren): VNode {
  return div(
    { class: "figure" },
    dt(null, title),
    dd({ class: "value" }, value),
    dd({ class: "soft" }, detail),
    line && dd({ class: "course" }, line),
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
