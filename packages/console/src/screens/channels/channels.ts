import type { VNode } from "preact";
import { type Words, useWords } from "../../state/use-words.ts";
import { CopyButton } from "../../ui/copy-button.ts";
import { a, code, div, h1, h2, header, p, part, pre, section } from "../../ui/html.ts";

interface ChannelWords {
  readonly title: string;
  readonly notYet: string;
  readonly connections: string;
  readonly connectionsText: string;
  readonly answers: string;
  readonly answersText: string;
  readonly occupied: string;
  readonly kept: string;
}

const words: Words<ChannelWords> = {
  en: {
    title: "Channels and connections",
    notYet:
      "The console does not show channels, and follows none live: its second half will. This is where what it would show can be had until then.",
    connections: "Connections",
    connectionsText:
      "Who is connected, at which gateway and door, with the channels of each; a connection can be closed there.",
    answers: "Answers",
    answersText: "Write to one connection, or to all of a user, as somebody who answers.",
    occupied: "Channels somebody is subscribed to, by the api",
    kept: "What a channel keeps, and who is in it",
  },
  zh: {
    title: "频道与连接",
    notYet: "控制台尚不显示频道，也不能实时跟踪：将在后半部分提供。在此之前，可从以下途径获得这些信息。",
    connections: "连接",
    connectionsText: "谁已连接、在哪个网关和入口、各自订阅了哪些频道；也可在那里关闭连接。",
    answers: "应答",
    answersText: "以应答者的身份向某个连接或某个用户的所有连接发送消息。",
    occupied: "有人订阅的频道（通过 api）",
    kept: "频道保留的内容，以及频道内有谁",
  },
};

const key = `-H "X-API-Key: $SWITCHYARD_API_KEY"`;

/** The place of what is not built yet: it says so, and where the same is to be found meanwhile. */
export function Channels(): VNode {
  const said = useWords(words);
  const history = `curl ${location.origin}/api/history ${key} \\\n  -d '{"channel": "chat:room-7", "limit": 20}'\ncurl ${location.origin}/api/presence ${key} \\\n  -d '{"channel": "chat:room-7"}'`;
  return div(
    { class: "screen" },
    header({ class: "screen-head" }, h1(null, said.title)),
    div(
      { class: "answer" },
      p({ class: "why" }, said.notYet),
      page("/ops/connections", said.connections, said.connectionsText),
      page("/ops/answers", said.answers, said.answersText),
      part(Call, { title: said.occupied, command: `curl ${location.origin}/v1/channels ${key}` }),
      part(Call, { title: said.kept, command: history }),
    ),
  );
}

function page(href: string, title: string, text: string): VNode {
  return section({ class: "panel" }, header(null, h2(null, a({ href }, title, " ›"))), p({ class: "empty" }, text));
}

function Call({ title, command }: { readonly title: string; readonly command: string }): VNode {
  return section(
    { class: "panel" },
    header(null, h2(null, title)),
    div(
      { class: "empty" },
      div({ class: "call" }, pre({ tabIndex: 0 }, code(null, command)), part(CopyButton, { text: command })),
    ),
  );
}
