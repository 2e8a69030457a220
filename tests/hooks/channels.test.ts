import { eventually } from "@switchyard/testkit/eventually";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startHooksStage, type HooksStage } from "./hooks-stage.ts";

let stage: HooksStage;
beforeAll(async () => {
  stage = await startHooksStage({ workers: 1 });
});
beforeEach(() => stage.says({}));
afterAll(() => stage?.close());

const result = (fields: object) => ({ json: { result: fields } });
const failed = { error: { code: 100, temporary: true } };

describe("a subscription that the back end decides about", () => {
  test("is allowed with what it gives, whatever the namespace allows", async () => {
    stage.says({
      subscribe: result({ info: { seat: 4 }, data: { topic: "x" }, override: { presence: { value: true } } }),
    });
    const peer = await stage.client("ann", { meta: { tenant: 9 } });
    const reply = await peer.call({ subscribe: { channel: "asked:1", data: { why: "because" } } });
    expect(reply).toMatchObject({ subscribe: { data: { topic: "x" } } });
    expect(stage.asked("subscribe").at(-1)?.body).toMatchObject({
      user: "ann",
      channel: "asked:1",
      data: { why: "because" },
      meta: { tenant: 9 },
    });
    const { body } = await stage.hub.post("/api/presence", { channel: "asked:1" });
    expect(JSON.stringify(body)).toContain('"chan_info":{"seat":4}');
    await peer.close();
  });

  test.each([
    ["an error", { json: { error: { code: 403, message: "not you" } } }, { error: { code: 403, message: "not you" } }],
    ["nothing", { text: "" }, failed],
    ["{}", { json: {} }, failed],
    ["a wrong type", { json: { result: { expire_at: "x" } } }, failed],
    ["late", { lateMs: 5_000, json: { result: {} } }, failed],
  ])("is refused when the answer is %s", async (_, mood, expected) => {
    stage.says({ subscribe: mood });
    const peer = await stage.client("ann");
    expect(await peer.call({ subscribe: { channel: "asked:2" } })).toMatchObject(expected);
    expect(await peer.call({ unsubscribe: { channel: "asked:2" } })).toMatchObject({ unsubscribe: {} });
    await peer.close();
  });

  test("is not asked about with a token, and where the name says who may", async () => {
    const before = stage.asked("subscribe").length;
    const peer = await stage.client("ann");
    expect(await peer.call({ subscribe: { channel: "$asked:3" } })).toMatchObject({ error: { code: 103 } });
    expect(await peer.call({ subscribe: { channel: "asked:3#ann" } })).toMatchObject({ subscribe: {} });
    const token = stage.hub.token("ann", { channel: "asked:3" });
    expect(await peer.call({ subscribe: { channel: "asked:3", token } })).toMatchObject({ subscribe: {} });
    expect(stage.asked("subscribe")).toHaveLength(before);
    await peer.close();
  });

  test("does not come to be when its client has taken it back meanwhile", async () => {
    const answer = Promise.withResolvers<void>();
    stage.says({ subscribe: async () => (await answer.promise, result({})) });
    const peer = await stage.client("ann");
    peer.send({ id: 10, subscribe: { channel: "asked:4" } });
    await eventually(() => expect(stage.asked("subscribe").at(-1)?.body).toMatchObject({ channel: "asked:4" }));
    peer.send({ id: 11, unsubscribe: { channel: "asked:4" } }, { id: 12, subscribe: { channel: "asked:4" } });
    expect(await peer.reply(11)).toMatchObject({ unsubscribe: {} });
    expect(await peer.reply(10)).toMatchObject({ error: { code: 100 } });
    answer.resolve();
    expect(await peer.reply(12)).toMatchObject({ subscribe: {} });
    await peer.close();
  });

  test("is decided about by a handler in a worker, which answers as an endpoint would", async () => {
    const peer = await stage.client("ann");
    expect(await peer.call({ subscribe: { channel: "judged:ann" } })).toMatchObject({ subscribe: {} });
    expect(await peer.call({ subscribe: { channel: "judged:bob" } })).toMatchObject({ error: { code: 1_403 } });
    expect(await peer.call({ subscribe: { channel: "judged:loop" } })).toMatchObject(failed);
    const { body } = await stage.hub.post("/api/presence", { channel: "judged:ann" });
    expect(JSON.stringify(body)).toContain('"chan_info":{"judgedAs":"ann"}');
    await peer.close();
  });

  test("is refused while its back end cannot be reached", async () => {
    const peer = await stage.client("ann");
    expect(await peer.call({ subscribe: { channel: "dead:1" } })).toMatchObject(failed);
    await peer.close();
  });
});

describe("a publication that the back end decides about", () => {
  async function pair(channel: string) {
    const [writer, reader] = [await stage.client("ann"), await stage.client("bob")];
    const token = stage.hub.token("bob", { channel });
    await reader.call({ subscribe: { channel, token, recoverable: true } });
    const heard = async () => (await reader.nextPush((push) => "pub" in push))["pub"];
    return { writer, reader, heard, close: async () => void (await Promise.all([writer.close(), reader.close()])) };
  }

  test("is published as it came, or as the back end has it, with tags and without history", async () => {
    const { writer, heard, close } = await pair("kept:1");
    stage.says({ publish: result({}) });
    expect(await writer.call({ publish: { channel: "kept:1", data: { id: 1 } } })).toMatchObject({ publish: {} });
    expect(await heard()).toMatchObject({ data: { id: 1 }, info: { user: "ann" }, offset: 1 });
    stage.says({ publish: result({ data: { clean: true }, tags: { lang: "en" }, skip_history: true }) });
    await writer.call({ publish: { channel: "kept:1", data: { dirty: true } } });
    const pub = await heard();
    expect(pub).toMatchObject({ data: { clean: true }, tags: { lang: "en" } });
    expect(pub).not.toHaveProperty("offset");
    stage.says({ publish: result({ data: null }) });
    await writer.call({ publish: { channel: "kept:1", data: 5 } });
    expect(await heard()).toMatchObject({ data: null });
    await close();
  });

  test("goes as base64 where the settings say so, and may come back so", async () => {
    const { writer, heard, close } = await pair("binary:1");
    stage.says({ binary: result({ b64data: Buffer.from('{"back":1}').toString("base64") }) });
    await writer.call({ publish: { channel: "binary:1", data: { there: 1 } } });
    expect(await heard()).toMatchObject({ data: { back: 1 } });
    const { body } = stage.asked("binary").at(-1) ?? {};
    expect(body).toMatchObject({ encoding: "binary", b64data: Buffer.from('{"there":1}').toString("base64") });
    expect(body).not.toHaveProperty("data");
    await close();
  });

  test.each([
    ["an error", { json: { error: { code: 422, message: "no links" } } }, { error: { code: 422 } }],
    ["nothing", { text: "" }, failed],
    ["{}", { json: {} }, failed],
    ["500", { status: 500 }, failed],
  ])("is not published when the answer is %s", async (_, mood, expected) => {
    const { writer, reader, close } = await pair("asked:5");
    stage.says({ publish: mood });
    expect(await writer.call({ publish: { channel: "asked:5", data: 1 } })).toMatchObject(expected);
    await stage.hub.post("/api/publish", { channel: "asked:5", data: "of the back end" });
    expect(await reader.nextPush()).toMatchObject({ pub: { data: "of the back end" } });
    await close();
  });

  test("keeps its place in its channel, and holds up neither other channels nor the rest of the connection", async () => {
    const { writer, reader, close } = await pair("asked:6");
    const slow = Promise.withResolvers<void>();
    stage.says({ publish: async ({ body }) => (body["data"] === "first" && (await slow.promise), result({})) });
    writer.send(
      { id: 20, publish: { channel: "asked:6", data: "first" } },
      { id: 21, publish: { channel: "asked:6", data: "second" } },
      { id: 22, publish: { channel: "asked:7", data: "elsewhere" } },
      { id: 23, subscribe: { channel: "lobby" } },
    );
    expect(await writer.reply(22)).toMatchObject({ publish: {} });
    expect(await writer.reply(23)).toMatchObject({ subscribe: {} });
    expect(stage.asked("publish").filter(({ body }) => body["data"] === "second")).toEqual([]);
    slow.resolve();
    expect(await writer.reply(21)).toMatchObject({ publish: {} });
    const heard = [await reader.nextPush(), await reader.nextPush()];
    expect(heard).toMatchObject([{ pub: { data: "first" } }, { pub: { data: "second" } }]);
    await close();
  });

  test("of a thousand at once each has its answer: done, or too many", async () => {
    stage.says({ publish: () => ({ lateMs: 20, json: { result: {} } }) });
    const peer = await stage.client("ann");
    const commands = Array.from({ length: 400 }, (_, index) => ({
      id: 100 + index,
      publish: { channel: `asked:${index}`, data: index },
    }));
    peer.send(...commands);
    const replies = await Promise.all(commands.map(({ id }) => peer.reply(id)));
    const codes = replies.map(
      (reply) => (reply as { readonly error?: { readonly code: number } }).error?.code ?? "done",
    );
    // A busy machine may keep some waiting for longer than the hook's time; those are told so, once each.
    expect(new Set(codes).difference(new Set(["done", 100, 111, 503]))).toEqual(new Set());
    expect(codes.filter((code) => code === "done").length).toBeGreaterThan(32);
    await peer.close();
  });
});

test("the end of a connection ends what is asked about it", async () => {
  const gone = Promise.withResolvers<void>();
  stage.says({ publish: ({ gone: isGone }) => (void isGone.then(gone.resolve), { never: true }) });
  const peer = await stage.client("ann");
  peer.send({ id: 30, publish: { channel: "asked:9", data: 1 } });
  await eventually(() => expect(stage.asked("publish").at(-1)?.body).toMatchObject({ channel: "asked:9" }));
  peer.terminate();
  await gone.promise;
});
