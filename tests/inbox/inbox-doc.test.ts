import { readFileSync } from "node:fs";
import { parseInboxUser } from "@switchyard/inbox/inbox-user";
import { Centrifuge } from "centrifuge";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InboxHub, OneFramePerTurn, startInboxHub } from "./inbox-hub.ts";

let inboxHub: InboxHub;
beforeAll(async () => {
  inboxHub = await startInboxHub();
});
afterAll(() => inboxHub?.close());

interface Shown {
  readonly items: Map<string, { id: string; title: string; readAtMs: number | null }>;
  readonly counts: { unseen: number; unread: number };
}
interface Page {
  readonly hub: Centrifuge;
  readonly state: () => Shown;
  readonly call: (method: string, data: unknown) => Promise<void>;
  readonly seeAll: () => Promise<void>;
}

const code = /```js\n([^]*?)```/.exec(readFileSync(new URL("../../docs/inbox.md", import.meta.url), "utf8"))?.[1] ?? "";

/** Runs the lines of docs/inbox.md in a page whose answers are late. */
function openPage(user: string, { lateMs, show }: { lateMs: number; show: () => void }): Page {
  class Late extends Centrifuge {
    constructor(_address: string, options: object) {
      super(inboxHub.hub.websocketUrl(1), { ...options, websocket: OneFramePerTurn });
    }
    override async rpc(method: string, data: unknown) {
      const reply = await super.rpc(method, data);
      await new Promise((resolve) => setTimeout(resolve, lateMs));
      return reply;
    }
  }
  const names = ["Centrifuge", "getToken", "userId", "document", "show"];
  // oxlint-disable-next-line typescript/no-implied-eval -- the page's own lines are what is tested.
  const run = new Function(...names, `${code}\nreturn { hub, call, seeAll, state: () => ({ items, counts }) };`);
  return run(Late, async () => inboxHub.hub.token(user), user, {}, show) as Page;
}

test("what comes back from the archive or a snooze is on the page, also when the page never had it", async () => {
  const user = parseInboxUser("archivist");
  const { inbox } = inboxHub;
  const old = await inboxHub.add("archivist", "old");
  const older = await inboxHub.add("archivist", "older");
  const later = await inboxHub.add("archivist", "later", { actions: [{ id: "yes", label: "Yes" }] });
  await inbox.snooze(user, later.id, Date.now() + 600_000);
  await inbox.mark(user, { as: "archive", target: { ids: [old.id, older.id] } });
  const page = openPage("archivist", { lateMs: 0, show: () => undefined });
  const titles = () => [...page.state().items.values()].map(({ title }) => title).toSorted();
  await inboxHub.add("archivist", "new");
  await expect.poll(titles).toEqual(["new"]);
  await inbox.mark(user, { as: "unarchive", target: { ids: [old.id] } });
  await expect.poll(titles).toEqual(["new", "old"]);
  await inbox.mark(user, { as: "unarchive", target: { upTo: Number.MAX_SAFE_INTEGER } });
  await expect.poll(titles).toEqual(["new", "old", "older"]);
  await inbox.act(user, later.id, "yes");
  await expect.poll(titles).toEqual(["later", "new", "old", "older"]);
  page.hub.disconnect();
});

test("the lines of docs/inbox.md show what the server has, and a late answer takes no badge back", async () => {
  const user = "reader";
  const badges: number[] = [];
  const page = openPage(user, { lateMs: 500, show: () => void badges.push(page.state().counts.unseen) });
  const first = await inboxHub.add(user, "first", { category: "x" });
  await expect.poll(() => [...page.state().items.values()].map(({ title }) => title)).toEqual(["first"]);
  const late = page.seeAll();
  for (let n = 0; n < 10; n++) await inboxHub.add(user, `n${n}`, { key: `k${n % 7}` });
  await late;
  await expect.poll(() => page.state().counts.unseen).toBe(7);
  // From the moment the mark is told the badge only grows.
  const since = badges.slice(badges.lastIndexOf(0));
  expect(since).toEqual(since.toSorted((a, b) => a - b));
  await page.call("archive", { ids: [first.id] });
  await page.call("read", { upTo: Number.MAX_SAFE_INTEGER });
  const { inbox } = inboxHub;
  const { items, counts } = await inbox.read(parseInboxUser(user), { status: "all", limit: 100 });
  await expect.poll(() => page.state().counts).toEqual(counts);
  const shown = [...page.state().items.values()].filter(({ id }) => id !== first.id);
  const unread = shown.filter(({ readAtMs }) => readAtMs === null);
  expect(unread).toEqual([]);
  const ids = items.map((item) => (JSON.parse(item) as { id: string }).id);
  expect(new Set(shown.map(({ id }) => id))).toEqual(new Set(ids));
  await inbox.erase(parseInboxUser(user));
  await expect.poll(() => page.state().items.size).toBe(0);
  page.hub.disconnect();
});
