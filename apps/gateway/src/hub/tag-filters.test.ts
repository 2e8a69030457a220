import { knownChannelName } from "@switchyard/broker/channel-name";
import type { Tags } from "@switchyard/protocol/publication";
import { compileTagFilter, type TagFilter } from "@switchyard/protocol/tag-filter";
import { expect, test } from "vitest";
import type { Delivery } from "./delivery.ts";
import { Hub } from "./hub.ts";
import { Subscription } from "./subscription.ts";
import { TagFilters } from "./tag-filters.ts";

const channel = knownChannelName("prices");
const of = (ticker: string) => ({ key: "ticker", cmp: "eq", val: ticker });
const publication = (offset: number, ticker?: string, exclude?: string) => ({
  offset,
  previousOffset: offset - 1,
  epoch: "e",
  timeMs: 0,
  body: Buffer.from(JSON.stringify({ data: offset, tags: ticker && { ticker } })),
  ...(exclude === undefined ? {} : { exclude }),
});

function createHub() {
  const hub = new Hub({
    interest: { acquire: async () => undefined, release: () => undefined },
    conflateIntervalMs: () => 0,
  });
  const join = async (id: string, filter?: TagFilter) => {
    const sent: number[] = [];
    const losses: string[] = [];
    const subscriber = {
      id,
      deliver: ({ notice }: Delivery) => void (notice.kind === "publication" && sent.push(notice.publication.offset)),
      insufficientState: (_: unknown, source: string) => void losses.push(source),
      expireSubscription: () => undefined,
    };
    const subscription = new Subscription(subscriber, channel, false);
    await hub.add(subscription, { filter });
    subscription.goLive({ offset: 0, epoch: "e" });
    return { subscription, sent, losses };
  };
  return { hub, join };
}

test("each subscriber gets what its filter lets through, and what it does not get is no gap", async () => {
  const { hub, join } = createHub();
  const [all, yandex, gazprom] = [
    await join("all"),
    await join("a", compileTagFilter(of("ЯНДЕКС"))),
    await join("b", compileTagFilter({ op: "or", nodes: [of("GAZP"), { key: "ticker", cmp: "nex" }] })),
  ];
  ["ЯНДЕКС", "GAZP", "SBER", undefined, "ЯНДЕКС"].forEach((ticker, index) =>
    hub.receive(channel, publication(index + 1, ticker)),
  );
  expect([all.sent, yandex.sent, gazprom.sent]).toEqual([
    [1, 2, 3, 4, 5],
    [1, 5],
    [2, 4],
  ]);
  expect([all, yandex, gazprom].map(({ subscription }) => subscription.position?.offset)).toEqual([5, 5, 5]);
  expect([...all.losses, ...yandex.losses, ...gazprom.losses]).toEqual([]);
});

test("a real gap shows at the next publication, also at one the filter holds back", async () => {
  const { hub, join } = createHub();
  const { sent, losses } = await join("a", compileTagFilter(of("A")));
  for (const each of [publication(1, "A"), publication(3, "B"), publication(4, "A")]) hub.receive(channel, each);
  expect([sent, losses]).toEqual([[1], ["gap"]]);
});

test("the sender that is left out is left out whatever its filter says, and only who was handed it is counted", async () => {
  const { hub, join } = createHub();
  const [sender, other] = [await join("sender", compileTagFilter(of("A"))), await join("other")];
  expect(hub.receive(channel, publication(1, "A", "sender"))).toBe(1);
  expect(hub.receive(channel, publication(2, "B"))).toBe(1);
  expect(hub.receive(channel, publication(3, "A"))).toBe(2);
  expect([sender.sent, other.sent]).toEqual([[3], [1, 2, 3]]);
  expect(hub.traffic).toEqual({ publications: 3, deliveries: 4 });
});

test("joins and leaves are told whatever the filter says", async () => {
  const { hub } = createHub();
  const told: string[] = [];
  const subscriber = {
    id: "a",
    deliver: ({ notice }: Delivery) => void told.push(notice.kind),
    insufficientState: () => undefined,
    expireSubscription: () => undefined,
  };
  const subscription = new Subscription(subscriber, channel, false);
  subscription.hearsJoinLeave = true;
  await hub.add(subscription, { filter: compileTagFilter(of("A")) });
  subscription.goLive(undefined);
  hub.signal(channel, { kind: "join", info: Buffer.from("{}"), isLast: false });
  hub.receive(channel, publication(0, "B"));
  expect(told).toEqual(["join"]);
});

/** One whose every judgement is counted. */
function counted(filter: TagFilter) {
  const calls = { count: 0 };
  return { filter: { key: filter.key, matches: (tags: Tags) => (calls.count++, filter.matches(tags)) }, calls };
}

test("a publication is judged once by each distinct filter, however many have it", async () => {
  const { hub, join } = createHub();
  const one = counted(compileTagFilter({ op: "and", nodes: [of("A"), { key: "x", cmp: "nex" }] }));
  const same = counted(compileTagFilter({ op: "and", nodes: [{ key: "x", cmp: "nex" }, of("A")] }));
  const other = counted(compileTagFilter(of("B")));
  for (let count = 0; count < 10; count++) {
    for (const { filter } of [one, same, other]) await join(`${count}`, filter);
  }
  for (let offset = 1; offset <= 3; offset++) hub.receive(channel, publication(offset, "A"));
  expect([one, same, other].map(({ calls }) => calls.count)).toEqual([3, 0, 3]);
});

test("a filter is kept for as long as somebody has it", () => {
  const filters = new TagFilters();
  const take = () => filters.take(compileTagFilter(of("A")));
  const [first, second] = [take(), take()];
  filters.giveBack(first);
  const third = take();
  for (const each of [second, third]) filters.giveBack(each);
  expect([second === first, third === first, take() === first]).toEqual([true, true, false]);
});

test("a hub keeps no filter of subscriptions that have gone", async () => {
  const { hub, join } = createHub();
  const [gone, fresh] = [counted(compileTagFilter(of("A"))), counted(compileTagFilter(of("A")))];
  hub.remove((await join("a", gone.filter)).subscription);
  await join("b", fresh.filter);
  hub.receive(channel, publication(1, "A"));
  expect([gone.calls.count, fresh.calls.count]).toEqual([0, 1]);
});

test("a channel whose filtered subscribers have gone is walked without looking at each", async () => {
  const { hub, join } = createHub();
  const { subscription } = await join("a", compileTagFilter(of("A")));
  await join("plain");
  const [local] = hub.channels();
  expect(local?.isTailored).toBe(true);
  hub.remove(subscription);
  hub.remove(subscription);
  expect(local?.isTailored).toBe(false);
  expect(hub.receive(channel, publication(1, "B"))).toBe(1);
});
