import type { Need } from "@switchyard/console/answers";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { createAlertRound } from "./alert-round.ts";
import type { SendOutcome } from "../../alerts/alert-desk.ts";
import { readReceiverState, untold } from "./alert-state.ts";

const down: Need = { severity: "critical", code: "no_worker", waiting: 0 };
const notice: Need = { severity: "notice", code: "versions_differ", versions: ["1", "2"] };
const sent: SendOutcome = { isDelivered: true, status: 204 };
const refused: SendOutcome = { isDelivered: false, status: 500, reason: "it answered 500" };

/** A round for each of some receivers, which answer as they are told to. */
function open(receivers: readonly object[], answer: (name: string) => SendOutcome = () => sent) {
  const common = { url: "http://alerts.example/", secret: "0123456789abcdef", hold: "0s", repeat: "0s" };
  const { alerts } = checkSettings({ ops: { alerts: receivers.map((one) => ({ ...common, ...one })) } }).ops;
  const posted: string[] = [];
  const ends: string[] = [];
  const told = alerts.map((receiver) => ({ receiver: receiver.name, state: untold, round: roundFor(receiver) }));
  function roundFor(receiver: (typeof alerts)[number]) {
    return createAlertRound({
      receiver,
      publicUrl: "",
      async send({ name }, { id, body }) {
        posted.push(`${name} ${id} ${(JSON.parse(body) as { type: string }).type}`);
        return answer(name);
      },
      onEnd: (result) => void ends.push(`${receiver.name} ${result}`),
    });
  }
  const at = async (nowMs: number, needs: readonly Need[] = []) => {
    for (const one of told) {
      // Through JSON, as Redis has it.
      one.state = readReceiverState(JSON.stringify(one.round.look(one.state, needs, nowMs)));
      let next = await one.round.sendNext(one.state, () => nowMs);
      for (; next !== undefined; next = await one.round.sendNext(one.state, () => nowMs)) one.state = next;
    }
    return (name: string) => told.find(({ receiver }) => receiver === name)?.state ?? untold;
  };
  return { at, posted, ends };
}

test("each receiver is told of its rules, from its severity on", async () => {
  const { at, posted } = open([
    { name: "all" },
    { name: "groups", rules: ["group_paused"] },
    { name: "notices", severity: "notice", rules: ["versions_differ"] },
  ]);
  await at(0, [down, notice]);
  expect(posted.map((line) => line.replace(/ alert_\S+/, ""))).toEqual(["all alert.began", "notices alert.began"]);
});

test("what was not taken is sent again with the same id, later and later, and given up at last", async () => {
  const { at, posted, ends } = open([{ name: "one" }], () => refused);
  const times = [];
  let waiting = 1;
  for (let nowMs = 0; waiting > 0; nowMs += 1_000) {
    const before = posted.length;
    const state = await at(nowMs, [down]);
    if (posted.length > before) times.push(nowMs / 1_000);
    ({ length: waiting } = state("one").waiting);
  }
  expect(times.slice(0, 6)).toEqual([0, 5, 20, 80, 380, 680]);
  expect(times).toHaveLength(12);
  expect(new Set(posted.map((line) => line.split(" ")[1])).size).toBe(1);
  expect(ends).toEqual(["one failed"]);
});

test("how long it took to be refused does not count as time to recover", async () => {
  let nowMs = 1_000;
  const { alerts } = checkSettings({
    ops: { alerts: [{ name: "one", url: "http://x/", kind: "chat", hold: "0s" }] },
  }).ops;
  for (const receiver of alerts) {
    const send = async () => ((nowMs += 5_000), refused);
    const round = createAlertRound({ receiver, publicUrl: "", send, onEnd: () => undefined });
    const state = await round.sendNext(round.look(untold, [down], nowMs), () => nowMs);
    expect(state?.waiting).toMatchObject([{ attempts: 1, notBeforeMs: 11_000 }]);
  }
});

test("a receiver that asks to be left alone is, and the end does not overtake the beginning", async () => {
  let outcome: SendOutcome = { ...refused, retryAfterMs: 60_000 };
  const { at, posted } = open([{ name: "one" }], () => outcome);
  await at(0, [down]);
  await at(30_000, []);
  outcome = sent;
  await at(59_999, []);
  expect(posted).toHaveLength(1);
  await at(60_000, []);
  expect(posted.map((line) => line.split(" ")[2])).toEqual(["alert.began", "alert.began", "alert.ended"]);
});

test("one that does not answer holds up no other, and what waits for it has a bound", async () => {
  const { at, posted, ends } = open([{ name: "dead" }, { name: "well" }], (name) => (name === "dead" ? refused : sent));
  let state;
  for (let look = 0; look < 120; look += 1) state = await at(look, look % 2 === 0 ? [down] : []);
  expect(posted.filter((line) => line.startsWith("well"))).toHaveLength(120);
  expect(state?.("dead").waiting).toHaveLength(50);
  expect(ends.filter((line) => line === "dead lost")).toHaveLength(70);
});

test("what was kept by another version, or is broken, counts as never told", () => {
  for (const text of [null, "", "{", '{"version":2}', '"x"', '{"version":1,"rules":7}'])
    expect(readReceiverState(text)).toEqual(untold);
});
