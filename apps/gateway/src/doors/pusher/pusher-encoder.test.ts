import { knownChannelName } from "@switchyard/broker/channel-name";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { encodePublicationBody, type PublicationBody } from "@switchyard/protocol/publication-body";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { pusherEncoder } from "./pusher-encoder.ts";

const { pusher } = checkSettings({
  channel: { namespaces: [{ name: "shop" }] },
  pusher: { apps: [{ id: "1", key: "k", secret: "0123456789abcdef", namespace: "shop" }] },
});
const [app] = pusher.apps;
if (app === undefined) throw new Error("the app is configured above");
const plain = pusherEncoder({ app, index: 0, tellsPositions: false });
const withPositions = pusherEncoder({ app, index: 1, tellsPositions: true });

/** The texts in frames of less than 64 KiB. */
function textsOf(frames: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < frames.length;) {
    expect(frames[at]).toBe(0x81);
    const short = frames[at + 1] ?? 0;
    const [from, length] = short < 126 ? [at + 2, short] : [at + 4, frames.readUInt16BE(at + 2)];
    texts.push(frames.toString("utf8", from, from + length));
    at = from + length;
  }
  return texts;
}

function publication(channel: string, body: PublicationBody, offset = 0) {
  const publication = { offset, body: Buffer.from(encodePublicationBody(body)) };
  return { kind: "publication", channel: knownChannelName(channel), publication } as const;
}

test.each<[string, Parameters<typeof publication>, string]>([
  [
    "an event of a back end",
    ["shop:news", { payload: '{"event":"paid","data":"{\\"id\\":9007199254740993}"}' }],
    '{"event":"paid","channel":"news","data":"{\\"id\\":9007199254740993}"}',
  ],
  [
    "a publication without a name",
    ["shop:news", { payload: '{"text":"hi"}' }],
    '{"event":"message","channel":"news","data":"{\\"text\\":\\"hi\\"}"}',
  ],
  [
    "a client event in a presence channel",
    ["shop:presence-a", { payload: '{"event":"client-x","data":{"a":1}}', info: { user: "7", client: "1.2" } }],
    '{"event":"client-x","channel":"presence-a","data":"{\\"a\\":1}","user_id":"7"}',
  ],
  [
    "a client event in a private channel",
    ["shop:private-a", { payload: '{"event":"client-x","data":"{}"}', info: { user: "7", client: "1.2" } }],
    '{"event":"client-x","channel":"private-a","data":"{}"}',
  ],
  [
    "an event of a back end in a presence channel, which has no sender",
    ["shop:presence-a", { payload: '{"event":"x","data":"{}"}' }],
    '{"event":"x","channel":"presence-a","data":"{}"}',
  ],
  [
    "an encrypted event, as it is",
    ["shop:private-encrypted-a", { payload: '{"event":"x","data":"{\\"nonce\\":\\"n\\",\\"ciphertext\\":\\"c\\"}"}' }],
    '{"event":"x","channel":"private-encrypted-a","data":"{\\"nonce\\":\\"n\\",\\"ciphertext\\":\\"c\\"}"}',
  ],
  [
    "what is addressed to a user",
    ["user:shop:42", { payload: '{"event":"x","data":"{}"}' }],
    '{"event":"x","channel":"#server-to-user-42","data":"{}"}',
  ],
  [
    "an event of a name that only the server gives",
    ["shop:presence-a", { payload: '{"event":"pusher_internal:member_added","data":"{}"}' }],
    '{"event":"message","channel":"presence-a","data":"{\\"event\\":\\"pusher_internal:member_added\\",\\"data\\":\\"{}\\"}"}',
  ],
])("%s is one frame", (_, [channel, body], text) => {
  expect(textsOf(plain.encode(publication(channel, body, 5)))).toEqual([text]);
});

test("behind an event its position is told to clients that recover, where there is one", () => {
  const event = '{"event":"x","channel":"news","data":"{}"}';
  const body = { payload: '{"event":"x","data":"{}"}' };
  expect(textsOf(withPositions.encode(publication("shop:news", body, 5)))).toEqual([
    event,
    '{"event":"hub:position","data":"{\\"channel\\":\\"news\\",\\"offset\\":5}"}',
  ]);
  expect(textsOf(withPositions.encode(publication("shop:news", body, 0)))).toEqual([event]);
});

test("what else the hub has to say is said in the protocol's words, or not at all", () => {
  const channel = knownChannelName("shop:news");
  expect(textsOf(plain.ping)).toEqual(['{"event":"pusher:ping","data":"{}"}']);
  expect(textsOf(plain.encode({ kind: "message", dataJson: '{"event":"x","data":1}' }))).toEqual([
    '{"event":"x","data":"1"}',
  ]);
  expect(textsOf(plain.encode({ kind: "unsubscribed", channel, reason: disconnectCodes.forceDisconnect }))).toEqual([
    '{"event":"pusher:subscription_error","channel":"news","data":"{\\"type\\":\\"Unsubscribed\\",\\"error\\":\\"force disconnect\\",\\"status\\":403}"}',
  ]);
  expect(textsOf(plain.encode({ kind: "subscribed", channel, isRecoverable: false, position: undefined }))).toEqual([
    '{"event":"pusher_internal:subscription_succeeded","channel":"news","data":"{}"}',
  ]);
  expect(plain.encode({ kind: "join", channel, info: Buffer.from("{}") })).toHaveLength(0);
  expect(plain.encode({ kind: "refreshed", expiresAtMs: 1 })).toHaveLength(0);
});
