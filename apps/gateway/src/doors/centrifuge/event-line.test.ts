import type { ChannelName } from "@switchyard/broker/channel-name";
import { expect, test } from "vitest";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import { EventLine } from "./event-line.ts";

const message = Buffer.from('{"channel":"news"}');
const subscription = { channel: "news" as ChannelName };

function openLine(place: StreamPosition) {
  const sent: Buffer[] = [];
  const line = new EventLine({
    isBehind: false,
    listen() {},
    send: (bytes) => void sent.push(bytes),
    close() {},
    pause() {},
    resume() {},
  });
  const standAt = (offset: number) => (line.places = () => [[subscription, { ...place, offset }]]);
  standAt(place.offset);
  return { line, sent, standAt };
}

const idOf = (event: Buffer | undefined) => /\nid: (.*)$/.exec(event?.toString() ?? "")?.[1];

test("each event says where its own client stands, though many are sent the same", () => {
  const [first, second] = [openLine({ epoch: "e", offset: 1 }), openLine({ epoch: "e", offset: 2 })];
  for (const { line } of [first, second]) line.send(message);
  expect(idOf(first.sent[0])).toBeDefined();
  expect(idOf(second.sent[0])).toBeDefined();
  expect(idOf(first.sent[0])).not.toBe(idOf(second.sent[0]));
});

test("clients that stand at the same place are sent the very same bytes", () => {
  const lines = [openLine({ epoch: "e", offset: 1 }), openLine({ epoch: "e", offset: 1 })];
  for (const { line } of lines) line.send(message);
  expect(lines[0]?.sent[0]).toBe(lines[1]?.sent[0]);
});

test("an event that moves nobody on has no id, as its client keeps the last one, and is sent as it is to everybody", () => {
  const { line, sent, standAt } = openLine({ epoch: "e", offset: 1 });
  line.send(message);
  line.send(message);
  standAt(2);
  line.send(message);
  expect(sent[1]).toBe(message);
  expect([sent[0], sent[2]].map(idOf)).toEqual([expect.stringMatching(/:1$/), expect.stringMatching(/:2$/)]);
});
