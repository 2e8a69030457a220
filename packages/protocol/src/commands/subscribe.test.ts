import { expect, test } from "vitest";
import { encodeConnectResult } from "./connect.ts";
import { encodeSubscribeResult } from "./subscribe.ts";

test("publications are spliced in as they are, also where nothing else is in the result", () => {
  const publications = ['{"offset":1,"data":"a"}', '{"offset":2,"data":"b"}'];
  const parsed = [
    { offset: 1, data: "a" },
    { offset: 2, data: "b" },
  ];
  expect(JSON.parse(encodeSubscribeResult({ publications }))).toEqual({ publications: parsed });
  expect(JSON.parse(encodeSubscribeResult({ recovered: true, epoch: "e", publications }))).toEqual({
    recovered: true,
    epoch: "e",
    publications: parsed,
  });
  expect(encodeSubscribeResult({})).toBe("{}");
});

test("a connect result carries its server-side subscriptions", () => {
  const base = { client: "c", version: "v", ping: 25, pong: true, node: "n" } as const;
  const subs = new Map([['user:"x"', { recovered: true as const, publications: ['{"offset":1,"data":1}'] }]]);
  expect(JSON.parse(encodeConnectResult({ ...base, subs }))).toEqual({
    ...base,
    subs: { 'user:"x"': { recovered: true, publications: [{ offset: 1, data: 1 }] } },
  });
  expect(JSON.parse(encodeConnectResult(base))).toEqual(base);
});
