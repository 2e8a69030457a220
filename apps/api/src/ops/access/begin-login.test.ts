import { expect, test } from "vitest";
import { createGroupSight } from "../../access/group-sight.ts";
import { beginLogin } from "./begin-login.ts";
import type { OpsUser } from "./ops-users.ts";

const ada: OpsUser = {
  name: "ada",
  role: "viewer",
  sight: createGroupSight(["*"]),
  standing: "",
  isBreakGlass: false,
  isShared: false,
  claims: "",
};
const entry = { act: "r-1", via: "page", address: "192.0.2.1", action: "POST /ops/login" } as const;

/** What was done, in its order; the named step fails. */
function place(failing: string) {
  const done: string[] = [];
  const step = async (name: string) => {
    if (name === failing) throw new Error(`no ${name}`);
    done.push(name);
  };
  const sessions = {
    begin: () => step("begin").then(() => ({ id: "secret", handle: "handle-of-it" })),
    end: (handle: string) => step(`end ${handle}`),
  };
  const write = (
    _: string,
    { kind, actor = "", session = "" }: Partial<Record<"kind" | "actor" | "session", string>>,
  ) => step([kind, actor, session].join(" "));
  return { done, parts: { sessions, trail: { write } } };
}

test("a login is told of with its session once it has begun", async () => {
  const { done, parts } = place("");
  expect(await beginLogin(ada, entry, parts)).toBe("secret");
  expect(done).toEqual(["begin", "login ada handle-o"]);
});

test("a login that did not begin is not told of", async () => {
  const { done, parts } = place("begin");
  await expect(beginLogin(ada, entry, parts)).rejects.toThrow("no begin");
  expect(done).toEqual([]);
});

test("a login that cannot be told of is none", async () => {
  const { done, parts } = place("login ada handle-o");
  await expect(beginLogin(ada, entry, parts)).rejects.toThrow("no login");
  expect(done).toEqual(["begin", "end handle-of-it"]);
});
