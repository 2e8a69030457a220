import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { opsPassword, startTestApi, type TestApi } from "../../testing/test-api.ts";
import { opsRoutes } from "./ops-routes.ts";
import { hashPassword } from "./password-hash.ts";

const password = "a-password-of-one's-own";
const names = { viewer: "vera@example.com", operator: "oscar", admin: "ada" } as const;
type Role = keyof typeof names;
const roles = Object.keys(names) as Role[];

interface User {
  readonly name: string;
  readonly role: Role;
  readonly password_hash: string;
}

let redis: TestRedis;
let users: readonly User[];
let api: TestApi;
let cookies: Readonly<Record<Role, string>>;

beforeAll(async () => {
  redis = await startTestRedis();
  const password_hash = await hashPassword(password);
  users = roles.map((role) => ({ name: names[role], role, password_hash }));
  api = await startTestApi(redis.url, { ops: { password: opsPassword, users } });
  const found = await Promise.all(roles.map(async (role) => [role, await cookieOf(names[role])] as const));
  cookies = Object.fromEntries(found) as Record<Role, string>;
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

const form = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };

function login(name: string, given: string, target = api) {
  const body = new URLSearchParams({ name, password: given }).toString();
  return target.request("POST", "/ops/login", { headers: form, body });
}

async function cookieOf(name: string, given = password, target = api): Promise<string> {
  return (await login(name, given, target)).headers.get("set-cookie")?.split(";", 1)[0] ?? "";
}

async function statusOf(cookie: string, target = api): Promise<number> {
  return (await target.request("GET", "/ops/sessions", { headers: { cookie } })).status;
}

test("people log in by name and password, and start at the console", async () => {
  const places = roles.map(async (role) => (await login(names[role], password)).headers.get("location"));
  expect(await Promise.all(places)).toEqual(roles.map(() => "/ops/console"));
  for (const [name, given] of [
    ["ada", "wrong"],
    ["nobody", password],
    ["ada", ""],
    ["break-glass", opsPassword],
  ] as const) {
    expect((await login(name, given)).status).toBe(401);
  }
});

/** What a request is answered before any handler: 401 or a way to the login, 403, or neither. */
async function verdictOf(cookie: string, route: string): Promise<"login" | "forbidden" | "let in"> {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.replaceAll(/:\w+|\*/g, "x");
  const isForm = method === "POST" && !path.includes("/api/");
  const headers = { cookie, "sec-fetch-site": "same-origin", ...(isForm && form) };
  // No form has such a field, so nothing is done where a role is let in.
  const body = method === "GET" ? {} : { body: isForm ? "no-such-field=1" : '{"' };
  const { status, headers: answered } = await api.request(method, path, { headers, ...body });
  if (status === 401 || /^\/ops\/login\b/.test(answered.get("location") ?? "")) return "login";
  return status === 403 ? "forbidden" : "let in";
}

const guardedRoutes = Object.entries(opsRoutes).filter(([, { right }]) => right !== "anyone");

test.each(guardedRoutes)("%s lets in nobody below the right it asks for", async (route, { right }) => {
  const below = roles.slice(0, roles.indexOf(right as Role));
  expect(await verdictOf("", route)).toBe("login");
  expect(await verdictOf("sy_ops=x", route)).toBe("login");
  for (const role of below) expect(`${role}: ${await verdictOf(cookies[role], route)}`).toBe(`${role}: forbidden`);
});

// A pause or a retry has no body to be refused for, so what changes something is not tried here.
test.each(guardedRoutes.filter(([route]) => route.startsWith("GET ")))(
  "%s lets in who has its right",
  async (route, { right }) => {
    expect(await verdictOf(cookies[right as Role], route)).toBe("let in");
  },
);

test("what holds for all groups is an admin's to change", async () => {
  const put = async (role: Role, group: string) => {
    const headers = { cookie: cookies[role], "sec-fetch-site": "same-origin", "x-sy-console": "1" };
    return (await api.request("PUT", `/ops/api/groups/${group}`, { headers, body: { weight: 1 } })).status;
  };
  expect([await put("operator", "*"), await put("operator", "%2A"), await put("operator", "mail")]).toEqual([
    403, 403, 200,
  ]);
  expect(await put("admin", "*")).toBe(200);
});

test("an API key opens nothing under /ops", async () => {
  expect((await api.get("/ops/sessions")).status).toBe(302);
  expect((await api.request("PUT", "/ops/queues/api/queues/pause", { headers: form })).status).toBe(401);
});

test.each([
  ["role", { role: "operator" }],
  ["sight of groups", { groups: ["orders.*"] }],
])("a changed %s or password ends the sessions of that user, and of nobody else", async (_, change) => {
  const password_hash = await hashPassword("another-password");
  const [vera, oscar, ada] = users as [User, User, User];
  const changed = [{ ...vera, ...change }, { ...oscar, password_hash }, ada];
  const target = await startTestApi(redis.url, { ops: { users: changed } });
  try {
    const statuses = roles.map((role) => statusOf(cookies[role], target));
    expect(await Promise.all(statuses)).toEqual([302, 302, 200]);
  } finally {
    await target.close();
  }
});

test("what a task says at its end is not told to a login that has ended while it was waited for", async () => {
  const cookie = await cookieOf(names.operator);
  const { id } = (await api.post("/v1/tasks", { handler: "test", data: "canary" })).json;
  const look = (wait: number) => api.request("GET", `/ops/api/tasks/${id}?wait=${wait}`, { headers: { cookie } });
  const waits = look(20);
  expect((await look(1)).status).toBe(200);
  expect((await api.request("POST", "/ops/logout", { headers: { cookie, ...form }, body: "" })).status).toBe(303);
  await api.post(`/v1/tasks/${id}/cancel`, {});
  const { status, text } = await waits;
  expect([status, text]).toEqual([401, expect.not.stringContaining("canary")]);
});

test("a name that was given with a wrong password need not be typed again", async () => {
  // By another api, which has not seen the wrong ones before.
  const second = await startTestApi(redis.url, { ops: { users } });
  try {
    const { status, text } = await login(names.viewer, "wrong", second);
    expect(status).toBe(401);
    expect(text).toMatch(new RegExp(`<input[^>]*name="name"[^>]*value="${names.viewer}"[^>]*>`));
    expect(text).toMatch(/<input[^>]*name="password"[^>]*autofocus[^>]*>/);
  } finally {
    await second.close();
  }
});

describe("the list of logins", () => {
  const list = async (cookie: string) => (await api.request("GET", "/ops/sessions", { headers: { cookie } })).text;
  const handleOf = async (cookie: string) =>
    /this one(?:(?!<\/tr>)[^])*?name="login" value="([^"]+)"/.exec(await list(cookie))?.[1] ?? "";
  const end = (cookie: string, handle: string) =>
    api.request("POST", "/ops/sessions", { headers: { cookie, ...form }, body: `login=${handle}` });

  test("shows an admin everybody, and others themselves", async () => {
    const [viewers, admins] = [await list(cookies.viewer), await list(cookies.admin)];
    expect(admins).toContain(names.viewer);
    expect(admins).toContain(names.operator);
    expect(viewers).toContain(names.viewer);
    expect(viewers).not.toContain(names.operator);
  });

  test("ends a login at every api at once; that of another only for an admin", async () => {
    const cookie = await cookieOf(names.operator);
    const handle = await handleOf(cookie);
    const second = await startTestApi(redis.url, { ops: { users } });
    try {
      await end(cookies.viewer, handle);
      expect(await statusOf(cookie, second)).toBe(200);
      await end(cookies.admin, handle);
      expect(await statusOf(cookie, second)).toBe(302);
      expect(await statusOf(cookie)).toBe(302);
      expect(await list(cookies.admin)).not.toContain(handle);
      const { text } = await api.request("GET", "/ops/api/audit", { headers: { cookie: cookies.admin } });
      expect(text).toContain(`"target":{"session":"${handle.slice(0, 8)}","actor":"${names.operator}"}`);
      expect(await statusOf(cookies.operator)).toBe(200);
    } finally {
      await second.close();
    }
  });
});

test("the shared password is an admin's, and says on each page that it is for emergencies", async () => {
  const cookie = await cookieOf("", opsPassword);
  const page = await api.request("GET", "/ops/schedules", { headers: { cookie } });
  expect(page.text).toContain("break-glass");
  expect((await api.request("GET", "/ops/schedules", { headers: { cookie: cookies.admin } })).text).not.toContain(
    "break-glass",
  );
});

test("read-only: no route that changes the hub exists, and the pages show no button that would", async () => {
  const target = await startTestApi(redis.url, { ops: { users, read_only: true } });
  try {
    const cookie = await cookieOf(names.admin, password, target);
    const changing = Object.entries(opsRoutes).filter(([, { tier }]) => tier > 0);
    expect(changing.length).toBeGreaterThan(20);
    for (const [route] of changing) {
      const [method = "", path = ""] = route.replaceAll(/:\w+/g, "x").split(" ");
      const { status } = await target.request(method, path, { headers: { cookie, ...form }, body: "" });
      expect(`${route} ${status}`).toMatch(/ 40[45]$/);
    }
    const { text } = await target.request("GET", "/ops/schedules", { headers: { cookie } });
    expect(text).toContain('<body class="reads">');
    const board = await target.request("GET", "/ops/queues/api/queues", { headers: { cookie } });
    expect(board.json.queues[0]).toMatchObject({ readOnlyMode: true });
  } finally {
    await target.close();
  }
});

test("every rule is of a route that exists", async () => {
  for (const [route, { tier }] of Object.entries(opsRoutes)) {
    const [method = "", path = ""] = route.replaceAll(/:\w+|\*/g, "x").split(" ");
    if (tier > 0 || method !== "GET") continue;
    const { status } = await api.request(method, path, { headers: { cookie: cookies.admin } });
    expect(`${route} ${status}`).not.toMatch(/ 405$/);
  }
});
