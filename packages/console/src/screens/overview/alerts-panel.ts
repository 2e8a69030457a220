import type { VNode } from "preact";
import { TestAlertButton } from "../../acts/alert-acts.ts";
import type { AlertReceiverAnswer, AlertsAnswer } from "../../answers/alerts.ts";
import { nameInText } from "../../state/name-in-text.ts";
import { usePoll } from "../../state/use-poll.ts";
import { type Words, useWords } from "../../state/use-words.ts";
import { dataTable } from "../../ui/data-table.ts";
import { bdi, code, div, h2, header, p, part, section, span } from "../../ui/html.ts";

interface AlertWords {
  readonly title: string;
  readonly nobody: string;
  readonly who: string;
  readonly of: string;
  readonly everything: string;
  readonly lasts: string;
  readonly nothing: string;
  readonly waiting: (count: number, why: string) => string;
  readonly test: string;
}

const words: Words<AlertWords> = {
  en: {
    title: "Who is told when nobody looks",
    nobody: "Nobody. Webhooks and chats are told what needs you when they stand in the settings, under",
    who: "Receiver",
    of: "Is told of",
    everything: "everything",
    lasts: "Told and not over",
    nothing: "nothing",
    waiting: (count, why) => `${count} not sent yet: ${nameInText(why)}`,
    test: "Test",
  },
  zh: {
    title: "无人查看时通知谁",
    nobody: "没有人。在设置中填写 webhook 或聊天地址后，需要处理的事项会发送给它们：",
    who: "接收方",
    of: "通知内容",
    everything: "全部",
    lasts: "已通知且未结束",
    nothing: "无",
    waiting: (count, why) => `${count} 条尚未发出：${nameInText(why)}`,
    test: "测试",
  },
};

const everyMs = 10_000;

/** Nothing for who may not know it. */
export function AlertsPanel(): VNode | null {
  const said = useWords(words);
  const found = usePoll<AlertsAnswer>("alerts", everyMs).data.value;
  if (found === undefined) return null;
  const { receivers } = found;
  return section(
    { class: "panel" },
    header(null, h2(null, said.title)),
    receivers.length === 0
      ? div({ class: "empty" }, p(null, said.nobody, " ", code(null, "ops.alerts"), "."))
      : dataTable<AlertReceiverAnswer>({
          title: said.title,
          rows: receivers,
          keyOf: ({ name }) => name,
          columns: [
            { title: said.who, cell: ({ name, host }) => [bdi(null, name), " ", span({ class: "soft" }, host)] },
            { title: said.of, cell: ({ rules }) => (rules.includes("*") ? said.everything : rules.join(", ")) },
            { title: said.lasts, isWide: true, cell: (receiver) => stateOf(receiver, said) },
            { title: said.test, cell: ({ name }) => part(TestAlertButton, { receiver: name }) },
          ],
        }),
  );
}

function stateOf({ alerts, waiting, failure }: AlertReceiverAnswer, said: AlertWords) {
  if (waiting > 0) return span({ class: "bad" }, said.waiting(waiting, failure ?? "…"));
  return alerts.length === 0 ? said.nothing : alerts.map(({ title }) => p({ class: "small" }, bdi(null, title)));
}
