import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";
import { apiKey, startTestApi, type TestApi } from "../testing/test-api.ts";

/** What Centrifugo's client libraries put on the wire, written out here byte by byte as each of them does. */

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url, {
    http_api: { key: apiKey, keys: [{ name: "reader", key: "key-of-the-reader", scopes: ["history"] }] },
  });
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

/** Sends the head and the body as they stand, and returns the body of a 200 answer. */
async function onTheWire(head: readonly string[], body: string): Promise<string> {
  const { hostname, port } = new URL(api.url);
  const socket = connect(Number(port), hostname);
  const lines = [
    ...head,
    `Host: ${hostname}:${port}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  const answer = await text(socket);
  const [answerHead = "", ...parts] = answer.split("\r\n\r\n");
  expect(answerHead).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  expect(answerHead).toMatch(/\r\ncontent-type: application\/json/i);
  return parts.join("\r\n\r\n");
}

const documents = (answer: string) =>
  answer
    .split("\n")
    .filter(Boolean)
    .map(
      (line) =>
        JSON.parse(line) as {
          id?: number;
          result?: Record<string, unknown>;
          error?: { code: number; message: string };
        },
    );

const gocent = [
  "POST /api HTTP/1.1",
  "User-Agent: Go-http-client/1.1",
  `Authorization: apikey ${apiKey}`,
  "Content-Type: application/json",
  "Accept-Encoding: gzip",
];

test("gocent up to 3: one command, with a line end behind it", async () => {
  const body = '{"method":"publish","params":{"channel":"chat:go","data":{"id":9007199254740993}}}\n';
  expect(documents(await onTheWire(gocent, body))).toEqual([{ result: { offset: 1, epoch: expect.any(String) } }]);
});

test("gocent up to 3: a pipe of commands gets as many replies, in their order", async () => {
  const body = [
    '{"method":"publish","params":{"channel":"chat:pipe","data":{"id":9007199254740993}}}',
    '{"method":"publish","params":{"channel":"nowhere:pipe","data":1}}',
    '{"method":"broadcast","params":{"channels":["chat:pipe","chat:b"],"data":2,"skip_history":true}}',
    '{"method":"history","params":{"channel":"chat:pipe","limit":10}}',
    '{"method":"presence_stats","params":{"channel":"room:1"}}',
    '{"method":"disconnect","params":{"user":"ann","disconnect":{"code":4000,"reason":"bye","reconnect":false}}}',
    '{"method":"channels","params":{}}',
    '{"method":"info","params":{}}',
  ].join("\n");
  const answer = await onTheWire(gocent, `${body}\n`);
  expect(answer).toContain('"data":{"id":9007199254740993}');
  expect(documents(answer)).toEqual([
    { result: { offset: 1, epoch: expect.any(String) } },
    { error: { code: 102, message: expect.stringContaining("nowhere") } },
    { result: { responses: [{ result: {} }, { result: {} }] } },
    { result: { publications: [expect.objectContaining({ offset: 1 })], offset: 1, epoch: expect.any(String) } },
    { result: { num_clients: 0, num_users: 0 } },
    { result: { connections: 0 } },
    { result: { channels: {} } },
    { result: { nodes: [] } },
  ]);
});

test("phpcent up to 4: an empty list where there are no parameters", async () => {
  const head = [
    "POST /api HTTP/1.1",
    "User-Agent: curl/7.39.0",
    "Accept: */*",
    "Content-Type: application/json",
    `Authorization: apikey ${apiKey}`,
  ];
  expect(JSON.parse(await onTheWire(head, '{"method":"info","params":[]}'))).toEqual({ result: { nodes: [] } });
  const publish = '{"method":"publish","params":{"channel":"chat:php","data":{"text":"h\\u00e9"}}}';
  expect(JSON.parse(await onTheWire(head, publish))).toEqual({ result: { offset: 1, epoch: expect.any(String) } });
});

test("phpcent 6: a command at its own path, with what was left out as empty text", async () => {
  const head = (method: string) => [
    `POST /api/${method} HTTP/1.1`,
    "User-Agent: curl/7.39.0",
    "Content-Type: application/json",
    `X-API-Key: ${apiKey}`,
  ];
  const call = async (method: string, body: string) => JSON.parse(await onTheWire(head(method), body)) as object;
  expect(await call("publish", '{"channel":"chat:p6","data":{"a":1},"skip_history":false}')).toHaveProperty(
    "result.offset",
  );
  expect(await call("subscribe", '{"channel":"chat:p6","user":"ann","client":""}')).toHaveProperty("result");
  expect(await call("channels", '{"pattern":""}')).toHaveProperty("result.channels");
  expect(await call("info", "{}")).toHaveProperty("result.nodes");
  const batch = '{"commands":[{"publish":{"channel":"chat:p6","data":1}}],"parallel":true}';
  expect(await call("batch", batch)).toHaveProperty("replies");
});

test("cent up to 4: lines without one at the end", async () => {
  const head = [
    "POST /api HTTP/1.1",
    "User-Agent: python-requests/2.31.0",
    "Content-type: application/json",
    `Authorization: apikey ${apiKey}`,
  ];
  const body = '{"method": "publish", "params": {"channel": "chat:py", "data": 1}}\n{"method": "info", "params": {}}';
  expect(documents(await onTheWire(head, body))).toHaveLength(2);
});

test("cent 5 and gocent 4: batches at their path, as the libraries write them", async () => {
  const head = ["POST /api/batch HTTP/1.1", "Content-Type: application/json", `X-API-Key: ${apiKey}`];
  const body = '{"commands":[{"publish":{"channel":"chat:c5","data":1}},{"info":{}}],"group_publications":true}';
  expect(JSON.parse(await onTheWire(head, body))).toEqual({
    replies: [{ publish: { offset: 1, epoch: expect.any(String) } }, { info: { nodes: [] } }],
  });
});

const post = (body: string, headers: Record<string, string> = {}) => api.request("POST", "/api", { body, headers });

test("one command may be written over several lines", async () => {
  const body = JSON.stringify({ method: "publish", params: { channel: "chat:pretty", data: 1 } }, null, 2);
  expect((await post(body)).text).toMatch(/^\{"result":\{"offset":1,/);
});

test("a reply carries the id of its command", async () => {
  expect(documents((await post('{"id":7,"method":"info"}\n{"id":8,"method":"nope"}')).text)).toEqual([
    { id: 7, result: { nodes: [] } },
    { id: 8, error: { code: 104, message: expect.stringContaining("method: ") } },
  ]);
});

test.each([
  ['{"method":"pubish","params":{}}', 104, "did you mean `publish`?"],
  ['{"method":"batch","params":{}}', 104, "known are publish"],
  ['{"params":{}}', 107, "method: is missing"],
  ['{"method":"info","param":{}}', 107, "param: unknown field; did you mean `params`?"],
  ['{"method":"publish","params":[1]}', 107, "params: must have 0 items or fewer"],
  ['{"method":"publish","params":{"chanel":"chat:a"}}', 107, "chanel: unknown field; did you mean `channel`?"],
  ["[]", 107, "the body: must be an object"],
  ["5", 107, "the body: must be an object"],
])("%s is error %i and says: %s", async (body, code, message) => {
  const { status, json } = await post(body);
  expect(status).toBe(200);
  expect(json).toEqual({ error: { code, message: expect.stringContaining(message) } });
});

test.each([
  ["", 400, "the body is empty"],
  ["{broken", 400, "the body is not valid JSON"],
  ['{"method":"info"}\n{broken', 400, "line 2 is not valid JSON"],
])("a body that is no commands is refused as a whole: %j", async (body, status, message) => {
  const answer = await post(body);
  expect(answer.status).toBe(status);
  expect(answer.json.error).toMatchObject({ message: expect.stringContaining(message) });
});

test("a body of many bad lines is refused by the first of them, or by their number", async () => {
  expect((await post("a\n".repeat(500))).json.error.message).toContain("the body is not valid JSON");
  expect((await post(`{"method":"info"}\n${"a\n".repeat(500)}`)).json.error.message).toContain(
    "line 2 is not valid JSON",
  );
  const many = await post("a\n".repeat(32_768));
  expect(many.status).toBe(413);
  expect(many.json.error.message).toContain("must have 1000 commands or fewer");
});

test("nothing is done of a body with a line that is no JSON", async () => {
  await post('{"method":"publish","params":{"channel":"chat:none","data":1}}\n{broken');
  const { json } = await api.post("/api/history", { channel: "chat:none", limit: 1 });
  expect(json.result.publications).toEqual([]);
});

test("each line needs its own scope, and the whole a key", async () => {
  const body =
    '{"method":"history","params":{"channel":"chat:a"}}\n{"method":"publish","params":{"channel":"chat:a","data":1}}';
  const answers = documents((await post(body, { "x-api-key": "key-of-the-reader" })).text);
  expect(answers).toMatchObject([{ result: {} }, { error: { code: 103 } }]);
  expect((await post(body, { "x-api-key": "wrong" })).status).toBe(401);
});
