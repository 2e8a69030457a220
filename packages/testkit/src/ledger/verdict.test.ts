import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeliveryRecord, LedgerRecord } from "./ledger-record.ts";
import { judge, keptPromises as kept, type Promises } from "./verdict.ts";

/** A hub that keeps its promises, in ten lines: what each client sees is a walk over the stream, with announced jumps. */
type Step = "publish" | "deliver" | "drop" | "resume" | "giveUp" | "newEpoch";
const client = "ann";
const channel = "news";

function honestRun(steps: readonly Step[]): LedgerRecord[] {
  const records: LedgerRecord[] = [];
  let stream: string[] = [];
  let epoch = 0;
  let count = 0;
  let ts = 0;
  const at = { epoch: 0, offset: 0, connected: true };
  const subscribe = (recovered: boolean, asked: boolean) => {
    if (!recovered) Object.assign(at, { epoch, offset: stream.length });
    const start = { epoch: `e${at.epoch}`, offset: at.offset };
    records.push({ kind: "opened", client, ts });
    records.push({
      kind: "subscribed",
      client,
      channel,
      ts,
      asked,
      recovered,
      announced: asked && !recovered,
      ...start,
    } as LedgerRecord);
    at.connected = true;
  };
  const deliverNext = (viaRecovery: boolean) => {
    const id = at.epoch === epoch ? stream[at.offset] : undefined;
    if (id === undefined) return;
    at.offset += 1;
    const position = { epoch: `e${epoch}`, offset: at.offset };
    records.push({ kind: "delivery", client, channel, ts, id, ...position, viaRecovery });
  };
  const publish = () => {
    const id = `m${++count}`;
    stream.push(id);
    const position = { epoch: `e${epoch}`, offset: stream.length };
    records.push({ kind: "publish", id, channel, sendTs: ts, doneTs: ts, outcome: "ack", ...position });
  };
  const resume = () => {
    const canRecover = at.epoch === epoch;
    subscribe(canRecover, true);
    while (canRecover && at.offset < stream.length) deliverNext(true);
  };
  subscribe(false, false);
  for (const step of steps) {
    ts += 1;
    if (step === "publish") publish();
    else if (step === "newEpoch") [stream, epoch] = [[], epoch + 1];
    else if (step === "deliver" && at.connected) deliverNext(false);
    else if (step === "drop" && at.connected) {
      records.push({ kind: "closed", client, ts, code: 1006, reason: "" });
      at.connected = false;
    } else if (step === "resume" && !at.connected) resume();
    else if (step === "giveUp" && !at.connected) subscribe(false, true);
  }
  ts += 1;
  records.push({ kind: "closed", client, ts, code: 1006, reason: "" });
  resume();
  return records;
}

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant<Step>("publish") },
    { weight: 5, arbitrary: fc.constant<Step>("deliver") },
    { weight: 1, arbitrary: fc.constantFrom<Step>("drop", "newEpoch") },
    { weight: 2, arbitrary: fc.constantFrom<Step>("resume", "giveUp") },
  ),
  { maxLength: 120 },
);

test("a hub that announces what it loses is found to keep every promise", () => {
  const property = fc.property(steps, (run) => {
    expect(judge(honestRun(run)).promises).toEqual(kept);
  });
  fc.assert(property);
});

/** One lie in an otherwise honest ledger, at any delivery of it; undefined where the run has no place for it. */
type Lie = (records: LedgerRecord[], index: number, delivery: DeliveryRecord) => LedgerRecord[] | undefined;

/** The last message before an announced loss may be part of that loss; nobody was deceived. */
const drop: Lie = (records, index) => {
  const next = records.find(({ kind }, at) => at > index && (kind === "delivery" || kind === "subscribed"));
  return next?.kind === "subscribed" && next.announced ? undefined : records.toSpliced(index, 1);
};

const lies: Record<string, { lie: Lie; breaks: keyof Promises }> = {
  "a dropped message": { breaks: "silentGaps", lie: drop },
  "a dropped acknowledged message": { breaks: "lostAcked", lie: drop },
  "a doubled message": {
    breaks: "duplicates",
    lie: (records, index, delivery) => records.toSpliced(index, 0, delivery),
  },
  "two swapped messages": {
    breaks: "reordered",
    lie(records, index, delivery) {
      const next = records.findIndex(({ kind }, at) => at > index && (kind === "delivery" || kind === "subscribed"));
      const other = records[next];
      if (other?.kind !== "delivery") return undefined;
      return records.toSpliced(next, 1, delivery).toSpliced(index, 1, other);
    },
  },
  "a message nobody published": {
    breaks: "phantoms",
    lie: (records, index, delivery) => records.toSpliced(index, 1, { ...delivery, id: "made up" }),
  },
};

describe.each(Object.entries(lies))("%s", (_, { lie, breaks }) => {
  test("is found wherever it happens", () => {
    let told = 0;
    const property = fc.property(steps, fc.nat(), (run, pick) => {
      const records = honestRun(run);
      const deliveries = records.flatMap((record, index) => (record.kind === "delivery" ? [{ record, index }] : []));
      const chosen = deliveries[pick % Math.max(1, deliveries.length)];
      const falsified = chosen && lie(records, chosen.index, chosen.record);
      fc.pre(falsified !== undefined);
      told += 1;
      expect(judge(falsified).promises[breaks]).toBeGreaterThan(0);
    });
    fc.assert(property);
    expect(told).toBeGreaterThanOrEqual(100);
  });
});

describe("a store that came back without its last publications", () => {
  const publish = (id: string, offset: number, ts: number): LedgerRecord => ({
    kind: "publish",
    id,
    channel,
    sendTs: ts,
    doneTs: ts,
    outcome: "ack",
    epoch: "e",
    offset,
  });
  const deliver = (who: string, id: string, offset: number, ts: number): LedgerRecord => ({
    kind: "delivery",
    client: who,
    channel,
    ts,
    id,
    epoch: "e",
    offset,
    viaRecovery: false,
  });
  const subscribe = (who: string, offset: number, ts: number, told: "fresh" | "recovered" | "announced") =>
    ({
      kind: "subscribed",
      client: who,
      channel,
      ts,
      epoch: "e",
      offset,
      asked: told !== "fresh",
      recovered: told === "recovered",
      announced: told === "announced",
    }) as LedgerRecord;
  const leap = 5_000_000_000;
  /** The second place is given out twice, behind a leap. */
  const before = [
    subscribe("ann", 0, 0, "fresh"),
    publish("m1", 1, 1),
    deliver("ann", "m1", 1, 2),
    publish("lost", 2, 3),
    deliver("ann", "lost", 2, 4),
    publish("new", leap + 2, 6),
    publish("m3", leap + 3, 7),
  ];

  test("has forked: a client led silently from the lost history into the new one is found", () => {
    const verdict = judge([...before, subscribe("ann", 2, 8, "recovered"), deliver("ann", "m3", leap + 3, 8)]);
    expect(verdict.promises).toMatchObject({ silentForks: 1 });
    expect(verdict.facts).toMatchObject({ forkedPositions: 1, lostByStore: 1 });
  });

  test("a client that is told keeps every promise, and so does one that never saw the lost part", () => {
    const told = [subscribe("ann", leap + 2, 8, "announced"), deliver("ann", "m3", leap + 3, 9)];
    const other = [
      subscribe("ben", 1, 5, "fresh"),
      deliver("ben", "new", leap + 2, 6),
      deliver("ben", "m3", leap + 3, 7),
    ];
    expect(judge([...before, ...told, ...other]).promises).toEqual(kept);
  });

  /** A publisher that got no answer before the power cut tries again, and its message takes the very place it had been lost from. */
  const again = (ts: number) => ({ ...publish("twice", leap + 3, ts), sendTs: 3 }) as LedgerRecord;
  const retried = [
    subscribe("ann", 0, 0, "fresh"),
    publish("m1", 1, 1),
    publish("lost", 2, 3),
    { kind: "publish", id: "twice", channel, sendTs: 3, doneTs: 5, outcome: "unknown" } as LedgerRecord,
    subscribe("ben", 1, 2, "fresh"),
    deliver("ben", "lost", 2, 3),
    deliver("ben", "twice", 3, 4),
    publish("new", leap + 2, 6),
    again(7),
    publish("m4", leap + 4, 8),
  ];

  test("has the same message at the same place again: who gets it from the new history alone was led nowhere", () => {
    const ann = [deliver("ann", "m1", 1, 2), deliver("ann", "new", leap + 2, 7), deliver("ann", "twice", leap + 3, 7)];
    const ben = subscribe("ben", leap + 4, 9, "announced");
    const verdict = judge([...retried, ...ann, deliver("ann", "m4", leap + 4, 8), ben]);
    expect(verdict.promises).toEqual(kept);
    expect(verdict.facts).toMatchObject({ lostByStore: 1 });
  });

  test("has the same message at the same place again: who had it from the lost one and goes on in the new one is found", () => {
    const run = [...retried, subscribe("ben", 3, 9, "recovered"), deliver("ben", "m4", leap + 4, 9)];
    expect(judge(run).promises).toMatchObject({ silentForks: 1 });
  });

  test("a client that had got more of the lost history than was replaced is not taken for one that was led over", () => {
    const more = [publish("lost too", 4, 4), deliver("ann", "lost between", 3, 4), deliver("ann", "lost too", 4, 5)];
    const told = subscribe("ann", leap + 3, 8, "announced");
    const run = [...before.slice(0, 5), publish("lost between", 3, 4), ...more, ...before.slice(5), told];
    expect(judge(run).promises).toEqual(kept);
  });

  test("which gives an offset out again instead of leaping is found", () => {
    const again = before.map((record) =>
      record.kind === "publish" && record.id === "new" ? { ...record, offset: 2 } : record,
    );
    expect(judge(again).promises).toMatchObject({ reusedOffsets: 1 });
  });

  test("a client left behind on the lost history is found", () => {
    expect(judge(before).promises).toMatchObject({ lostAcked: 1, silentGaps: 1 });
  });
});

test("a fresh start in answer to a client that asked to continue is a gap nobody announced", () => {
  const position = { epoch: "e", offset: 1, asked: true, recovered: false, announced: false };
  const restart: LedgerRecord = { kind: "subscribed", client, channel, ts: 9, ...position };
  expect(judge([...honestRun(["publish", "deliver"]), restart]).promises.silentGaps).toBe(1);
});

test("recovery times count from the fault, for the clients it touched", () => {
  const records = honestRun(["publish", "deliver", "drop", "publish", "publish", "resume"]);
  const closed = records.findIndex(({ kind }) => kind === "closed");
  const verdict = judge(records.toSpliced(closed, 0, { kind: "fault", name: "pulled the plug", ts: 3 }));
  expect(verdict.times.faults).toMatchObject([
    { name: "pulled the plug", touchedClients: 1, firstNewMs: { count: 1, max: 3 } },
  ]);
});
