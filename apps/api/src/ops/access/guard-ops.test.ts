import cookie from "@fastify/cookie";
import { fastify } from "fastify";
import { expect, test } from "vitest";
import type { Scope } from "../../scope.ts";
import { guardOps } from "./guard-ops.ts";
import type { OpsRule } from "./ops-routes.ts";

const hidden = { contents: [], sight: "nothing" } as const;
const rules: Readonly<Record<string, OpsRule>> = {
  "GET /ops/known": { right: "anyone", tier: 0, audited: false, ...hidden },
  "POST /ops/known": { right: "anyone", tier: 1, audited: true, ...hidden },
  "PUT /ops/api/known": { right: "anyone", tier: 1, audited: true, ...hidden },
};
const nobody = {
  begin: async () => ({ id: "", handle: "" }),
  find: async () => undefined,
  list: async () => [],
  prove: async () => undefined,
  end: async () => undefined,
};
const answer = async () => "done";
const sameOrigin = { "sec-fetch-site": "same-origin" };

async function guarded(isReadOnly: boolean, register: (scope: Scope) => void) {
  const app = fastify() as unknown as Scope;
  await app.register(cookie);
  guardOps(app, { rules, sessions: nobody, isReadOnly, trail: { note: async () => undefined }, addressOf: () => "" });
  // In a scope below, with a prefix, as plugins register theirs.
  await app.register(async (below: Scope) => register(below), { prefix: "/ops" });
  await app.ready();
  return app;
}

test("a route without a rule keeps the api from starting", async () => {
  await expect(guarded(false, (scope) => scope.get("/unknown", answer))).rejects.toThrow(
    "GET /ops/unknown has no rule in access/ops-routes.ts",
  );
  const bothRules = (scope: Scope) => scope.route({ method: ["GET", "POST"], url: "/known", handler: answer });
  await expect(guarded(false, bothRules)).rejects.toThrow("has no rule");
  await expect(guarded(false, (scope) => scope.get("/known", answer))).resolves.toBeDefined();
});

test("a change under /ops/api needs the header that no form can send", async () => {
  const app = await guarded(false, (scope) => scope.put("/api/known", answer));
  const put = (headers: Record<string, string>) => app.inject({ method: "PUT", url: "/ops/api/known", headers });
  expect((await put(sameOrigin)).statusCode).toBe(403);
  expect((await put({ "x-sy-console": "1" })).statusCode).toBe(403);
  expect((await put({ ...sameOrigin, "x-sy-console": "1" })).statusCode).toBe(200);
});

test("read-only leaves out what changes the hub, however it is registered", async () => {
  const app = await guarded(true, (scope) => {
    scope.get("/known", answer);
    scope.post("/known", answer);
    scope.route({ method: ["PUT"], url: "/api/known", handler: answer });
  });
  expect(app.hasRoute({ method: "GET", url: "/ops/known" })).toBe(true);
  expect(app.hasRoute({ method: "POST", url: "/ops/known" })).toBe(false);
  expect(app.hasRoute({ method: "PUT", url: "/ops/api/known" })).toBe(false);
});
