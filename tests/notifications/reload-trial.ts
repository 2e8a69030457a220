import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { Centrifuge } from "centrifuge";
import { WebSocket } from "ws";
import type { NotifyHub } from "./notify-hub.ts";

export interface ReloadTrial {
  readonly forMs: number;
  readonly everyMs: number;
  /** Of the step: longer than a page is away when it is loaded again. */
  readonly afterMs: number;
}

export interface ReloadFindings {
  readonly loads: number;
  /** Notifications to who reloads, and tasks for the handler that came of them: right is none. */
  readonly sent: number;
  readonly pushesToReader: number;
  /** Of one notification to who has a tab that is hidden all the time: right is one. */
  readonly pushesToHidden: number;
}

/**
 * Two users with a page each. One reloads it over and over, and each load says what is on the screen, as the lines of docs/inbox.md do;
 * items come at any moment of it. The other's tab is hidden: it is connected and receives, and says nothing.
 */
export async function reloadTrial(stage: NotifyHub, { forMs, everyMs, afterMs }: ReloadTrial): Promise<ReloadFindings> {
  const notify = (user: string) =>
    stage.notify({ to: { users: [user] }, item: { title: "look" }, escalate: [{ afterMs, handler: "tell" }] });
  const hidden = openPage(stage, "hidden", { isVisible: false });
  await hidden.ready();
  await notify("hidden");
  const endsMs = performance.now() + forMs;
  let [loads, sent] = [0, 0];
  while (performance.now() < endsMs) {
    const page = openPage(stage, "reader", { isVisible: true });
    await page.ready();
    loads += 1;
    if (loads % 3 === 1) {
      await notify("reader");
      sent += 1;
    }
    await sleep(everyMs * 0.8);
    page.close();
    await sleep(everyMs * 0.2);
  }
  const last = openPage(stage, "reader", { isVisible: true });
  await last.ready();
  await eventually(
    () => {
      if (stage.tasksFor("hidden").size === 0) throw new Error("nobody was told of the hidden tab's item");
    },
    { timeoutMs: afterMs + 20_000 },
  );
  // Whatever timer there was has fired by then.
  await sleep(afterMs + 500);
  last.close();
  hidden.close();
  return { loads, sent, pushesToReader: stage.tasksFor("reader").size, pushesToHidden: stage.tasksFor("hidden").size };
}

function openPage({ hub }: NotifyHub, user: string, { isVisible }: { readonly isVisible: boolean }) {
  const client = new Centrifuge(hub.websocketUrl(), { websocket: WebSocket, token: hub.token(user) });
  const inbox = client.newSubscription(`inbox:${user}`);
  const see = (items: readonly { readonly seq: number }[]) => {
    const upTo = Math.max(0, ...items.map(({ seq }) => seq));
    if (isVisible && upTo > 0) client.rpc("inbox.seen", { upTo }).catch(() => undefined);
  };
  inbox.on("subscribed", ({ data }) => see((data as { items?: { seq: number }[] } | undefined)?.items ?? []));
  inbox.on("publication", ({ data }) => {
    const { item } = data as { item?: { seq: number } };
    if (item !== undefined) see([item]);
  });
  inbox.subscribe();
  client.connect();
  return { ready: () => inbox.ready(10_000), close: () => client.disconnect() };
}
