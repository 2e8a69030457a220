import { fastify } from "fastify";
import { expect, test } from "vitest";
import type { Scope } from "../../scope.ts";
import { createGroupSight } from "../../access/group-sight.ts";
import { auditActs } from "./audit-acts.ts";
import type { AuditEntry } from "./audit-entry.ts";

const login = {
  handle: "0123456789",
  note: "",
  actor: "ada",
  address: "",
  beganAtMs: 0,
  seenAtMs: 0,
  endsAtMs: 0,
  claims: "",
  proofAgeMs: 0,
};
const user = {
  name: "ada",
  role: "admin" as const,
  sight: createGroupSight(["*"]),
  standing: "",
  isBreakGlass: false,
  isShared: false,
  claims: "",
};
const rule = { right: "admin" as const, tier: 1 as const, audited: true, contents: [], sight: "nothing" as const };

/** A route under audit, and what happens in its order. */
async function audited(act: (happened: string[]) => Promise<string>) {
  const happened: string[] = [];
  const tell = async (_book: string, { kind, status }: AuditEntry) =>
    void happened.push([kind, status].filter((part) => part !== undefined).join(" "));
  const trail = {
    write: tell,
    note: tell,
    newest: async () => [],
    oldest: async () => [],
    count: async () => 0,
    gaps: async () => ({ isFull: false, behindGap: undefined }),
    check: () => () => "right" as const,
  };
  const app = fastify() as unknown as Scope;
  app.decorateRequest("opsSession", undefined);
  app.addHook("onRequest", async (request) => void (request.opsSession = { user, login, mayAct: true }));
  auditActs(app, { trail, addressOf: () => "192.0.2.1", witness: async () => undefined });
  app.post("/act", { config: { ops: rule } }, async () => act(happened));
  return { happened, post: () => app.inject({ method: "POST", url: "/act" }) };
}

test("the intent is written before an act begins and the outcome before it is answered", async () => {
  const { happened, post } = await audited(async (so) => (so.push("act"), "done"));
  await post().then(() => happened.push("answer"));
  expect(happened).toEqual(["intent", "act", "outcome 200", "answer"]);
});

test("an act that fails has an outcome that says so", async () => {
  const { happened, post } = await audited(async () => Promise.reject(new Error("as a test wishes")));
  await post();
  expect(happened).toEqual(["intent", "outcome 500"]);
});

test("an act that an api does not live to see the end of stands alone as an intent", async () => {
  const begun = Promise.withResolvers<void>();
  const { happened, post } = await audited(async () => (begun.resolve(), new Promise(() => undefined)));
  void post();
  await begun.promise;
  expect(happened).toEqual(["intent"]);
});
