import { eventually } from "@switchyard/testkit/eventually";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Inbox, InboxEvent, Mark } from "../inbox.ts";
import type { InboxUser } from "../inbox-user.ts";
import { itemIdOf, notificationIdOf } from "../notification-id.ts";
import { collectEvidence, type InboxEvidence } from "../testing/inbox-evidence.ts";
import { type InboxFixture, notification, startInboxFixture } from "../testing/inbox-fixture.ts";
import { InboxModel } from "../testing/inbox-model.ts";
import { judgeInbox } from "../testing/judge-inbox.ts";

let fixture: InboxFixture;
let inbox: Inbox;
beforeAll(async () => {
  fixture = await startInboxFixture();
  inbox = await fixture.open({ max_items: 20 });
});
afterAll(() => fixture.close());

const marks = ["read", "unread", "archive", "unarchive"] as const;
const categories = ["", "x", "x-y", "z"] as const;
const actions = [
  { id: "yes", label: "Yes" },
  { id: "no", label: "No" },
];
const until = Date.now() + 3_600_000;

// Few enough that one item meets many steps, and sometimes enough that the inbox is full.
const nth = fc.oneof({ weight: 4, arbitrary: fc.nat(7) }, { weight: 2, arbitrary: fc.nat(39) });
const someStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("add" as const), n: nth }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("mark" as const), n: nth, as: fc.constantFrom(...marks) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("upTo" as const),
      n: nth,
      as: fc.constantFrom(...marks),
      category: fc.constantFrom(undefined, "x", "x-y"),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom("see", "yes", "no", "maybe", "snooze", "wake", "expire", "remove"),
      n: nth,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom("mute", "unmute", "rebuild", "erase"), n: nth }),
  },
);
type Step = typeof someStep extends fc.Arbitrary<infer S> ? S : never;

/** The n-th notification: of some category, every other one with one of three keys. */
const sent = (n: number) => {
  const category = categories[n % categories.length];
  const more = { ...(category !== "" && { category }), ...(n % 2 === 0 && { key: `k${n % 3}` }) };
  return notification(`n${n}`, { ...more, actions, ...(n % 7 === 0 && { critical: true }) });
};
const idOf = (n: number, user: InboxUser) => itemIdOf(notificationIdOf(`n${n}`), user);

/** Does the same to both, and says what each answered. */
async function step(model: InboxModel, user: InboxUser, taken: Step): Promise<readonly [unknown, unknown]> {
  const id = idOf(taken.n, user);
  /** The n-th of what is shown, in the model's numbers and in Redis'. */
  const place = async () => {
    const shown = model.list("all");
    const at = shown[taken.n % Math.max(1, shown.length)];
    const items = await fixture.items(user);
    return { of: at?.seq ?? 0, upTo: items.find((item) => item.id === at?.id)?.seq ?? 0 };
  };
  switch (taken.kind) {
    case "add": {
      const added = sent(taken.n);
      return [model.add({ ...added, id }), (await inbox.add(user, added)).outcome];
    }
    case "mark": {
      const ids = [id, idOf(taken.n + 1, user)];
      return [model.mark(taken.as, { ids }), (await inbox.mark(user, { as: taken.as, target: { ids } })).changed];
    }
    case "upTo": {
      const { of, upTo } = await place();
      const rest = taken.category === undefined ? {} : { category: taken.category };
      const mark: Mark = { as: taken.as, target: { upTo, ...rest } };
      return [model.mark(taken.as, { upTo: of, ...rest }), (await inbox.mark(user, mark)).changed];
    }
    case "see": {
      const { of, upTo } = await place();
      return [model.see(of), (await inbox.see(user, upTo)).changed];
    }
    case "yes":
    case "no":
    case "maybe":
      return [model.act(id, taken.kind), (await inbox.act(user, id, taken.kind)).outcome];
    case "snooze": {
      const { outcome } = await inbox.snooze(user, id, until + taken.n);
      // Once more for the same time changes nothing, which the model does not tell apart.
      return [model.snooze(id), outcome === "unchanged" ? "done" : outcome];
    }
    case "wake":
      model.wake(id);
      await fixture.makeAwake(user, id);
      return [0, 0];
    case "expire":
      model.expire(id);
      await fixture.makeDue(user, id);
      return [0, 0];
    case "remove":
      return [model.remove([id]), (await inbox.remove(user, [id])).changed];
    case "erase":
      model.erase();
      await inbox.erase(user);
      return [0, 0];
    case "rebuild":
      await inbox.rebuild(user);
      return [0, 0];
    default:
      model.mute(taken.kind === "mute" ? ["x"] : []);
      await inbox.setPreferences(user, { categories: { x: { inbox: taken.kind !== "mute" } } });
      return [0, 0];
  }
}

test("an inbox does what the plainest one would, step by step", async () => {
  const statuses = ["all", "unread", "read", "archived", "snoozed"] as const;
  await fc.assert(
    fc.asyncProperty(fc.array(someStep, { minLength: 1, maxLength: 60 }), async (steps) => {
      const [user, model] = [fixture.user(), new InboxModel(20)];
      for (const taken of steps) {
        const [expected, answered] = await step(model, user, taken);
        expect(answered).toEqual(expected);
        expect((await inbox.counts(user)).counts).toEqual(model.counts);
      }
      for (const status of statuses) {
        const items = await fixture.items(user, status);
        expect(items.map(({ id }) => id)).toEqual(model.list(status).map(({ id }) => id));
        expect(items.map(({ times }) => times)).toEqual(model.list(status).map(({ times }) => times));
      }
      const ids = Array.from({ length: 40 }, (_, n) => idOf(n, user));
      expect(await inbox.statuses(user, ids)).toEqual(ids.map((id) => model.status(id)));
      const faults = judgeInbox(await collectEvidence(fixture.redis, inbox, user));
      // Behind a reset a page asks again, which no fold of events does, and the channel has forgotten what was before.
      const isReset = steps.some(({ kind }) => kind === "erase" || kind === "rebuild");
      expect(isReset ? faults.filter((fault) => !/^(a page|event) /.test(fault)) : faults).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 60_000);

/** Resolves when it is back. */
async function connectionOf(writer: Inbox): Promise<void> {
  await eventually(async () => {
    if ((await writer.check()) !== undefined) throw new Error("not connected");
  });
}

interface Writing {
  readonly random: () => number;
  readonly stepped: () => void;
}

/** Writes at random until its steps are done, whatever becomes of them. */
async function write(writer: Inbox, user: InboxUser, { random, stepped }: Writing): Promise<void> {
  const any = (below: number) => Math.floor(random() * below);
  for (let count = 0; count < 60; count++) {
    const id = idOf(any(40), user);
    const ways = [
      () => writer.add(user, sent(any(40))),
      () => writer.add(user, sent(any(40))),
      () => writer.mark(user, { as: marks[any(4)] ?? "read", target: { ids: [id] } }),
      async () => writer.mark(user, { as: "read", target: { upTo: (await fixture.items(user))[any(5)]?.seq ?? 0 } }),
      async () => writer.see(user, (await fixture.items(user))[any(5)]?.seq ?? 0),
      () => writer.act(user, id, "yes"),
      () => writer.snooze(user, id, until),
      () => fixture.makeAwake(user, id),
      () => fixture.makeDue(user, id),
      () => writer.remove(user, [id]),
    ];
    // A connection that is killed under a command: it has happened or not, and nobody knows.
    await ways[any(ways.length)]?.().catch(() => connectionOf(writer));
    stepped();
  }
}

test("counts are a recount, and a page that follows shows the same, after any interleaving of writers that are cut off", async () => {
  const connections = async () => {
    const clients = (await fixture.server.command("CLIENT", "LIST")) as string;
    return Array.from(clients.matchAll(/id=(\d+) [^\n]*name=switchyard-inbox/g), ([, id = ""]) => id);
  };
  const others = new Set(await connections());
  const writers = await Promise.all([1, 2, 3, 4, 5].map(() => fixture.open({ max_items: 20 })));
  for (let seed = 1; seed <= 4; seed++) {
    const user = fixture.user();
    let steps = 0;
    const stepped = () => void steps++;
    const work = Promise.all(
      writers.map((writer, index) => write(writer, user, { random: randomFrom(seed * 100 + index), stepped })),
    );
    // One is cut off every so many steps, whatever it is about to do.
    for (let at = 20; at < 5 * 60 - 20; at += 20) {
      await eventually(() => expect(steps).toBeGreaterThan(at), { timeoutMs: 20_000 });
      const victims = (await connections()).filter((id) => !others.has(id));
      const victim = victims[at % Math.max(1, victims.length)];
      if (victim !== undefined) await fixture.server.command("CLIENT", "KILL", "ID", victim);
    }
    await work;
    const evidence = await collectEvidence(fixture.redis, fixture.inbox, user);
    expect(evidence.events.length).toBeGreaterThan(50);
    expect(judgeInbox(evidence)).toEqual([]);
  }
}, 60_000);

/** Xorshift: the same steps for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const lieAbout = (change: (counts: { unread: number; unseen: number }) => void) => (evidence: Doctored) => {
  const last = evidence.events.at(-1)?.event;
  if (last !== undefined && last.type !== "reset") change(last.counts as { unread: number; unseen: number });
};
type Doctored = { -readonly [K in keyof InboxEvidence]: InboxEvidence[K] };

test.each<[string, (evidence: Doctored) => void]>([
  ["an event that was dropped", (e) => (e.events = e.events.filter((_, index) => index !== 2))],
  ["an event that came twice", (e) => (e.events = [...e.events.slice(0, 3), ...e.events.slice(2)])],
  ["an item nobody was told of", (e) => (e.events = withoutType(e.events, "item"))],
  ["a mark nobody was told of", (e) => (e.events = withoutType(e.events, "state"))],
  ["a removal nobody was told of", (e) => (e.events = withoutType(e.events, "removed"))],
  ["a count that is one too high", (e) => (e.counts = { ...e.counts, unread: e.counts.unread + 1 })],
  ["a category that is not counted", (e) => (e.counts = { ...e.counts, categories: {} })],
  ["an event with a count of before", lieAbout((counts) => (counts.unread += 1))],
  ["more unseen than unread", lieAbout((counts) => (counts.unseen = counts.unread + 1))],
  ["a member too many", (e) => (e.sets = { ...e.sets, unread: { ...e.sets["unread"], n_x: 1 } })],
  ["a member too few", (e) => (e.sets = { ...e.sets, visible: {} })],
  ["an item that never expires", (e) => (e.sets = { ...e.sets, due: {} })],
  ["a category's set that was forgotten", (e) => (e.sets = { ...e.sets, "unread-by": {} })],
  ["the state of an item that is gone", (e) => (e.states = { ...e.states, n_x: "1 0 0 0 0 ," })],
  ["a key of an item that is gone", (e) => (e.keyed = { ...e.keyed, k: "n_x" })],
  ["a seen mark that was lost", (e) => ((e as { seen: number }).seen = 0)],
  ["a list that leaves one out", (e) => (e.lists = { ...e.lists, all: e.lists.all.slice(1) })],
])("the judge convicts %s", async (_name, doctor) => {
  const user = fixture.user();
  for (let n = 1; n < 9; n += 2) await inbox.add(user, sent(n));
  await inbox.see(user, (await fixture.items(user))[0]?.seq ?? 0);
  await inbox.mark(user, { as: "read", target: { ids: [idOf(1, user)] } });
  await inbox.remove(user, [idOf(3, user)]);
  await inbox.mark(user, { as: "archive", target: { ids: [idOf(5, user)] } });
  const evidence = await collectEvidence(fixture.redis, inbox, user);
  expect(judgeInbox(evidence)).toEqual([]);
  const doctored: Doctored = structuredClone(evidence);
  doctor(doctored);
  expect(judgeInbox(doctored)).not.toEqual([]);
});

function withoutType(events: InboxEvidence["events"], type: InboxEvent["type"]): InboxEvidence["events"] {
  const kept = events.filter(({ event }) => event.type !== type);
  return kept.map(({ event }, index) => ({ event, offset: index + 1 }));
}
