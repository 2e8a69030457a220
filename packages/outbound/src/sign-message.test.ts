import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { signMessage } from "./sign-message.ts";

const plain = "a-signing-secret-of-32-characters";
const standard = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

test("the example of Standard Webhooks is signed as it says", () => {
  const headers = signMessage({
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    body: '{"test": 2432232314}',
    secrets: [standard],
    nowMs: 1_614_265_330_999,
  });
  expect(headers).toMatchObject({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

const body = '{"result":"語 🚉","n":9007199254740993}';
const sign = (secrets: readonly string[], id = "t_1") => signMessage({ id, body, secrets, nowMs: Date.now() });
const verifier = { plain: new Webhook(plain, { format: "raw" }), standard: new Webhook(standard) };

test("a library of Standard Webhooks verifies with either secret while there are two, and with no other", () => {
  const headers = sign([standard, plain]);
  expect(verifier.plain.verify(body, headers)).toEqual(JSON.parse(body));
  expect(verifier.standard.verify(body, headers)).toEqual(JSON.parse(body));
  expect(() => new Webhook(`whsec_${btoa("another secret of 32 characters!")}`).verify(body, headers)).toThrow(
    "No matching signature",
  );
  expect(() => verifier.plain.verify(body, sign([standard]))).toThrow("No matching signature");
});

test.each([
  ["body", {}, `${body} `],
  ["id", { "webhook-id": "t_2" }, body],
  ["timestamp", { "webhook-timestamp": String(Math.floor(Date.now() / 1_000) - 60) }, body],
])("another %s does not verify", (_what, change, received) => {
  const headers = { ...sign([plain]), ...change };
  expect(() => verifier.plain.verify(received, headers)).toThrow("No matching signature");
});

test.each(["任务 1", "a.b", "line\nbreak", "x".repeat(1_000), ""])(
  "the id %j becomes one that a header can carry",
  (id) => {
    const headers = sign([plain], id);
    expect(headers["webhook-id"]).toMatch(/^[-\w]{1,128}$/);
    expect(headers["webhook-id"]).toBe(sign([plain], id)["webhook-id"]);
    expect(headers["webhook-id"]).not.toBe(sign([plain], `${id}!`)["webhook-id"]);
    expect(verifier.plain.verify(body, headers)).toEqual(JSON.parse(body));
  },
);

test("the headers from before are there still, signed by the newest secret", () => {
  const headers = sign([plain, standard]);
  const expected = createHmac("sha256", plain).update(`${headers["x-switchyard-timestamp"]}.${body}`).digest("hex");
  expect(headers["x-switchyard-signature"]).toBe(`v1=${expected}`);
});

test("without a secret nothing is signed, and the message still says which one it is and when it was sent", () => {
  expect(signMessage({ id: "m_1", body: "{}", secrets: [], nowMs: 1_796_000_000_999 })).toEqual({
    "webhook-id": "m_1",
    "webhook-timestamp": "1796000000",
  });
});
