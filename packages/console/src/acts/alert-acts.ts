import type { VNode } from "preact";
import type { AlertTestAnswer } from "../answers/alerts.ts";
import { useDesk } from "../state/desk.ts";
import { HubFailure } from "../state/hub.ts";
import { nameInText } from "../state/name-in-text.ts";
import { useWords } from "../state/use-words.ts";
import { button } from "../ui/html.ts";
import { useActs } from "./use-acts.ts";

const words = {
  en: {
    test: "Send a test",
    testOf: (name: string) => `Send a test to ${nameInText(name)}`,
    sent: (name: string) => `${nameInText(name)} has taken the test.`,
    refused: (name: string, why: string) => `${nameInText(name)} has not taken the test: ${nameInText(why)}`,
  },
  zh: {
    test: "发送测试",
    testOf: (name: string) => `向 ${nameInText(name)} 发送测试`,
    sent: (name: string) => `${nameInText(name)} 已收到测试。`,
    refused: (name: string, why: string) => `${nameInText(name)} 未收到测试：${nameInText(why)}`,
  },
};

/** At a click, since it changes nothing. */
export function TestAlertButton({ receiver }: { readonly receiver: string }): VNode | null {
  const said = useWords(words);
  const { hub, operator } = useDesk();
  const { perform } = useActs();
  if (!operator.mayAct) return null;
  const send = async () => {
    const { delivered, reason } = await hub.send<AlertTestAnswer>("POST", "alerts/test", { receiver });
    if (!delivered) throw new HubFailure(200, "not_delivered", said.refused(receiver, reason ?? ""));
  };
  const name = said.testOf(receiver);
  const test = () => perform({ name, run: send, done: said.sent(receiver) });
  return button({ class: "quiet", "aria-label": name, onClick: () => void test() }, said.test);
}
