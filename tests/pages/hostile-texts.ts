import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@switchyard/testkit/eventually";
import type { Hub } from "@switchyard/testkit/hub";
import { expect } from "vitest";

const forms: readonly ((run: string) => string)[] = [
  (run) => `<script>${run}</script>`,
  (run) => `<img src=x onerror=${run}>`,
  (run) => `"><svg onload=${run}>`,
  (run) => `'" onfocus=${run} autofocus x="`,
  (run) => `javascript:${run}`,
  (run) => `<iframe srcdoc="<script>${run}</script>">`,
  (run) => `{{constructor.constructor('${run}')()}}`,
  (run) => `\${${run}}`,
  (run) => `<a href=javascript:${run}>x</a>`,
  (run) => `<math><mi//xlink:href="data:x,<script>${run}</script>">`,
  (run) => `</title></textarea><script>${run}</script>`,
  (run) => `<!--<img src="--><img src=x onerror=${run}//">`,
  (run) => `<template><img src=x onerror=${run}></template>`,
  (run) => `&lt;script&gt;${run}&lt;/script&gt;`,
  (run) => `\\u003cscript\\u003e${run}`,
  (run) => `<style>@import'//127.0.0.1:1/${run}'</style>`,
  (run) => `<base href=//127.0.0.1:1/${run}>`,
  (run) => `<form action=javascript:${run}><button>x`,
  (run) => `__proto__[${run}]`,
  (run) => `<object data="javascript:${run}">`,
];
const ends = ["", " 组", " 👩‍💻", " שלום", " %3Cb%3E&amp;"];

/** A hundred texts that try to become script, markup, style or an address in the page they are shown in. */
export const hostileTexts: readonly string[] = ends.flatMap((end, at) =>
  forms.map((form, index) => form(`alert(${at * forms.length + index})`) + end),
);

export interface Echo {
  /** Fails with what it is given, which it logs as well. */
  readonly handler: { readonly kind: "module"; readonly module: string };
  close(): void;
}

export function openEcho(): Echo {
  const directory = mkdtempSync(join(tmpdir(), "switchyard-echo-"));
  const module = join(directory, "echo.mjs");
  writeFileSync(module, `export default async (text, { log }) => { log(text); throw new Error(text); };`);
  const root = fileURLToPath(new URL("../..", import.meta.url));
  return {
    handler: { kind: "module", module: relative(root, module) },
    close: () => rmSync(directory, { recursive: true }),
  };
}

/** Puts each text wherever one from outside can stand, but for schedules. @returns ids of the tasks */
export async function putEverywhere(hub: Hub, texts: readonly string[]): Promise<readonly string[]> {
  const tasks = texts.map((text) => ({ handler: "echo", group: text, user: text, data: text, attempts: 1 }));
  const { results } = (await hub.post("/v1/tasks/batch", { tasks })).body as { results: { readonly id: string }[] };
  const item = (text: string) => ({
    to: { users: ["hostile"] },
    item: { title: text, body: text, category: "orders" },
  });
  for (const text of texts) expect((await hub.post("/v1/inbox", item(text))).status).toBeLessThan(300);
  await eventually(
    async () => {
      const { tasks: failed } = (await hub.get("/v1/tasks?status=failed&handler=echo&limit=100")).body as {
        readonly tasks: readonly unknown[];
      };
      expect(failed).toHaveLength(texts.length);
    },
    { timeoutMs: 30_000 },
  );
  // Once they have run, since a paused group runs nothing.
  const paused = texts.map((text) => hub.post(`/v1/groups/${encodeURIComponent(text)}/pause`, { reason: text }));
  expect(new Set((await Promise.all(paused)).map(({ status }) => status))).toEqual(new Set([200]));
  return results.map(({ id }) => id);
}

/** An id of a schedule has letters and digits; what it does, and what is noted of it, has anything. */
export async function putSchedule(hub: Hub, id: string, text: string): Promise<void> {
  const headers = { "content-type": "application/json", "x-api-key": hub.apiKey };
  const schedule = { cron: "0 2 * * *", timeZone: "UTC", task: { handler: "echo", data: { text }, group: text } };
  const put = { method: "PUT", headers, body: JSON.stringify(schedule) };
  expect((await fetch(`${hub.api.url}/v1/schedules/${id}`, put)).status).toBe(201);
  expect((await hub.post(`/v1/schedules/${id}/pause`, { note: text })).status).toBe(200);
}
