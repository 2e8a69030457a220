import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { methods, requests, type Method } from "./command.ts";
import { SubscribeWish } from "./commands/subscribe.ts";
import { connectSubFields, findUnservedField, requestFields } from "./request-fields.ts";

/** The protocol's own list: the comments of the code that the SDK generates from its schema. */
const sdk = readFileSync(fileURLToPath(import.meta.resolve("centrifuge/build/protobuf")), "utf8");
const messageOf = (method: string) =>
  method === "rpc"
    ? "RPCRequest"
    : `${method.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Request`;
const fieldsOf = (message: string) =>
  [...sdk.matchAll(new RegExp(`@property \\{.+?\\} \\[(\\w+)\\] ${message} `, "g"))].map(([, field]) => field);
/** Newer than the SDK that is installed. */
const newer: Partial<Record<Method, string[]>> = { connect: ["profile", "dict"] };

const servedOf = (fates: object) => Object.entries(fates).flatMap(([name, fate]) => (fate === "served" ? [name] : []));

describe("no field of the protocol is ignored in silence", () => {
  test("the list of the SDK is found", () => {
    expect(fieldsOf("SubscribeRequest")).toContain("tf");
    expect(new Set(fieldsOf("Command"))).toEqual(new Set(["id", "ping", ...methods]));
  });

  test.each(methods)("each field of %s is served, refused or harmless for a reason", (method) => {
    const fields = [...fieldsOf(messageOf(method)), ...(newer[method] ?? [])];
    expect(new Set(Object.keys(requestFields[method]))).toEqual(new Set(fields));
  });

  test("each field of an entry of connect.subs is, too", () => {
    expect(new Set(Object.keys(connectSubFields))).toEqual(new Set(fieldsOf("SubscribeRequest")));
    expect(new Set(servedOf(connectSubFields))).toEqual(new Set(Object.keys(SubscribeWish.properties)));
  });

  test.each(methods.filter((method) => method !== "rpc" && method !== "send"))(
    "what is said to be served of %s is in its schema",
    (method) => {
      expect(Object.keys(requests[method].properties)).toEqual(expect.arrayContaining(servedOf(requestFields[method])));
    },
  );
});

test.each([
  ["subscribe", { type: 1 }, "subscribe.type"],
  ["subscribe", { type: 4 }, "subscribe.type"],
  ["subscribe", { cursor: "c" }, "subscribe.cursor"],
  ["publish", { key: "k" }, "publish.key"],
  ["sub_refresh", { type: 4, track: [{}] }, "sub_refresh.type"],
  ["sub_refresh", { untrack: ["k"] }, "sub_refresh.untrack"],
  ["connect", { subs: { "feed:1": { tf: { key: "k" } } } }, "connect.subs.feed:1.tf"],
  ["connect", { subs: { "feed:1": {}, "feed:2": { token: "t" } } }, "connect.subs.feed:2.token"],
] as const)("%s with %j is refused, and the field is named", (method, request, field) => {
  expect(findUnservedField(method, request)).toEqual({ field, error: "notAvailable" });
});

test.each([
  ["subscribe", { tf: { key: "k", cmp: "eq", val: "v" } }],
  ["subscribe", { type: 0, tf: null, cursor: "", limit: 0, asc: false, delta: "fossil", flag: 1 }],
  ["sub_refresh", { type: 0, track: [], untrack: [] }],
  ["connect", { flag: 3, headers: { a: "b" }, data: {}, subs: { "feed:1": { recover: true, delta: "fossil" } } }],
  ["subscribe", { constructor: 1, a_field_of_tomorrow: 1 }],
] as const)("%s with %j is not", (method, request) => {
  expect(findUnservedField(method, request)).toBeUndefined();
});
