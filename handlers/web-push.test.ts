import { createECDH, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import ece from "http_ece";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import webPush from "web-push";
import type { PushSubscription } from "./contacts.ts";
import { type ContactsService, startContacts } from "./testing/contacts-service.ts";
import { contextOf, escalationOf } from "./testing/escalation-of.ts";
import push from "./web-push.ts";

/** A browser: its keys, and where its push service is to be called. */
const keys = createECDH("prime256v1");
keys.generateKeys();
const auth = randomBytes(16).toString("base64url");
const subscriptionAt = (endpoint: string): PushSubscription => ({
  endpoint,
  keys: { p256dh: keys.getPublicKey().toString("base64url"), auth },
});

let contacts: ContactsService;
const received: { readonly path: string; readonly headers: IncomingMessage["headers"]; readonly body: Buffer }[] = [];
/** Answers with the status its path names. */
const service = createServer((request, reply) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    received.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) });
    reply.writeHead(Number(request.url?.slice(1))).end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => void service.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(service.address() as AddressInfo).port}`;
  const at = (status: number) => subscriptionAt(`http://${host}/${status}`);
  contacts = await startContacts({
    ann: { push: [at(201), at(410)] },
    busy: { push: [at(201), at(503)] },
    mallory: { push: [subscriptionAt("http://127.0.0.1:1/admin"), subscriptionAt("https://evil.example/x")] },
  });
  const { publicKey, privateKey } = webPush.generateVAPIDKeys();
  Object.assign(process.env, {
    VAPID_SUBJECT: "mailto:ops@example.com",
    VAPID_PUBLIC_KEY: publicKey,
    VAPID_PRIVATE_KEY: privateKey,
    WEB_PUSH_HOSTS: host,
    CONTACTS_URL: contacts.url,
  });
});
beforeEach(() => void received.splice(0));
afterAll(async () => {
  await contacts.close();
  await new Promise((resolve) => service.close(resolve));
});

test("each browser gets a body only it can read, signed by the VAPID key; one that is gone is forgotten", async () => {
  const result = await push(escalationOf("ann", { title: "王 paid", url: "/orders/7" }), contextOf("t_1"));
  expect(result).toEqual({ sent: 1, gone: 1 });
  expect(contacts.forgotten).toEqual([expect.stringMatching(/\/410$/)]);
  const [first] = received.filter(({ path }) => path === "/201");
  expect(first?.headers).toMatchObject({
    "content-encoding": "aes128gcm",
    ttl: "86400",
    topic: "irrK3QyEOpEivnJLCDJF7",
    authorization: expect.stringMatching(/^vapid t=[\w-]+\.[\w-]+\.[\w-]+, k=/),
  });
  const text = ece.decrypt(first?.body ?? Buffer.alloc(0), {
    version: "aes128gcm",
    privateKey: keys,
    authSecret: auth,
  });
  expect(JSON.parse(text.toString())).toEqual({
    id: "n_irrK3QyEOpEivnJLCDJF7",
    title: "王 paid",
    url: "/orders/7",
    unread: 3,
  });
});

test("a push service that is busy fails the attempt, so that it is tried again", async () => {
  await expect(push(escalationOf("busy", { title: "t" }), contextOf("t_2"))).rejects.toThrow("503");
});

test("an endpoint that is no push service is never called, whoever has registered it", async () => {
  expect(await push(escalationOf("mallory", { title: "t" }), contextOf("t_3"))).toEqual({ sent: 0, gone: 2 });
});

test("a user without a browser is no failure", async () => {
  expect(await push(escalationOf("nobody", { title: "t" }), contextOf("t_4"))).toEqual({ sent: 0, gone: 0 });
});
