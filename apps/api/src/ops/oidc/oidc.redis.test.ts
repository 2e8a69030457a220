import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { Events, OAuth2Server } from "oauth2-mock-server";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { opsPassword, startTestApi, type TestApi } from "../../testing/test-api.ts";

// A provider that signs with keys of its own, over HTTP: only what it is told to say of people is made up.
const public_url = "http://hub.test";
let redis: TestRedis;
let provider: OAuth2Server;
let api: TestApi;
let port: number;
/** What it says in the ID token, besides what the protocol needs. */
let said: Record<string, unknown>;

beforeAll(async () => {
  redis = await startTestRedis();
  provider = new OAuth2Server();
  await provider.issuer.keys.generate("RS256");
  await provider.start(0, "localhost");
  ({ port } = provider.address());
  provider.service.on(Events.BeforeTokenSigning, (token) => void Object.assign(token.payload, said));
  const client = { trusted_proxies: ["127.0.0.1"] };
  api = await startTestApi(redis.url, { client, ops: { password: opsPassword, public_url, oidc: oidcSettings() } });
});
afterAll(async () => {
  await api.close();
  if (provider.listening) await provider.stop();
  await redis.close();
});
beforeEach(() => {
  from = `203.0.113.${++tests}`;
  said = { sub: "u-1", preferred_username: "ada", groups: ["staff", "hub-admins"] };
});

function oidcSettings(more: object = {}) {
  const roles = [
    { value: "hub-admins", role: "admin" },
    { value: "hub-viewers", role: "viewer", groups: ["mail"] },
  ];
  return {
    issuer: `http://localhost:${port}`,
    client_id: "hub",
    client_secret: "a-secret-of-the-client",
    label: "Log in by Example",
    roles,
    ...more,
  };
}

const cookieNamed = (headers: Headers, name: string) =>
  headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0] ?? "")
    .find((pair) => pair.startsWith(`${name}=`) && !pair.endsWith("=")) ?? "";

/** Goes to the provider, which asks nobody anything, and to the address it sends a browser back to. */
async function goThere(query = "", target = api) {
  const begun = await target.request("GET", `/ops/login/oidc${query}`, { headers: {} });
  const there = new URL(begun.headers.get("location") ?? "");
  const answer = await fetch(there, { redirect: "manual" });
  const back = new URL(answer.headers.get("location") ?? "");
  return { there, back: back.pathname + back.search, flow: cookieNamed(begun.headers, "sy_oidc") };
}

/** Where a test is, so that tries of one are not held against another. */
let from = "";
let tests = 0;

function comeBack({ back, flow }: { readonly back: string; readonly flow: string }, session = "", target = api) {
  const cookie = [flow, session].filter((one) => one !== "").join("; ");
  return target.request("GET", back, { headers: { cookie, "x-forwarded-for": from } });
}

async function logIn(query = "", target = api) {
  const answer = await comeBack(await goThere(query, target), "", target);
  return { ...answer, cookie: cookieNamed(answer.headers, "sy_ops") };
}

const look = (cookie: string, path: string, target = api) => target.request("GET", path, { headers: { cookie } });

async function newest(book: string) {
  const login = await api.request("POST", "/ops/login", {
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: `password=${opsPassword}`,
  });
  const { text } = await look(cookieNamed(login.headers, "sy_ops"), `/ops/api/audit?book=${book}`);
  return (JSON.parse(text) as { readonly lines: readonly { readonly entry: Record<string, unknown> }[] }).lines.map(
    ({ entry }) => entry,
  );
}

test("a login by the provider leads to the page somebody wanted, with the role of the first value that has one", async () => {
  const page = await api.get("/ops/login?next=/ops/console/tasks?q=status:failed");
  expect(page.text).toContain('href="/ops/login/oidc?next=%2Fops%2Fconsole%2Ftasks%3Fq%3Dstatus%3Afailed"');
  expect(page.text).toContain("Log in by Example");
  const trip = await goThere(`?next=${encodeURIComponent("/ops/console/tasks?q=status:failed")}`);
  const asked = Object.fromEntries(trip.there.searchParams);
  expect(asked).toMatchObject({
    redirect_uri: "http://hub.test/ops/login/oidc/back",
    scope: "openid profile",
    code_challenge_method: "S256",
  });
  expect([asked["state"], asked["nonce"], asked["code_challenge"]].map((text) => (text ?? "").length)).toEqual([
    43, 43, 43,
  ]);
  const answer = await comeBack(trip);
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/ops/console/tasks?q=status:failed"]);
  expect(answer.headers.get("set-cookie")).toMatch(/sy_ops=[^;]+;[^,]*HttpOnly; SameSite=Lax/);
  const console = await look(cookieNamed(answer.headers, "sy_ops"), "/ops/console");
  expect(console.text).toContain("&quot;name&quot;:&quot;oidc:ada&quot;,&quot;role&quot;:&quot;admin&quot;");
  expect(console.text).toContain("&quot;provesBy&quot;:&quot;oidc&quot;");
  const told = (await newest("people")).find(({ actor }) => actor === "oidc:ada");
  expect(told).toMatchObject({ kind: "login", details: { sub: "u-1" } });

  said["groups"] = "hub-viewers";
  const viewer = await logIn("?next=/ops/queues");
  expect(viewer.headers.get("location")).toBe("/ops/console");
  expect((await look(viewer.cookie, "/ops/sessions")).text).toContain("oidc:ada");
  expect((await look(viewer.cookie, "/ops/api/audit")).status).toBe(403);
  expect((await look(viewer.cookie, "/ops/api/groups/mail")).status).toBe(200);
  expect((await look(viewer.cookie, "/ops/api/groups/orders")).status).toBe(404);
});

test("a name that the provider has given to another is no way to see the logins of the first", async () => {
  await logIn();
  said = { sub: "u-9", preferred_username: "ada", groups: ["hub-viewers"] };
  const { text } = await look((await logIn()).cookie, "/ops/sessions");
  const [[, handle = ""] = [], ...others] = text.matchAll(/name="login" value="([^"]+)"/g);
  expect(others).toEqual([]);
  expect((await newest("people")).find(({ actor }) => actor === "oidc:ada")).toMatchObject({
    details: { sub: "u-9" },
    session: handle.slice(0, 8),
  });
});

/** A text in the query, or in what the browser keeps, that is not what it was. */
const inQuery = (name: string, value: string) => (trip: Trip) => {
  const url = new URL(trip.back, "http://hub.test");
  url.searchParams.set(name, value);
  return { ...trip, back: url.pathname + url.search };
};
const inFlow = (name: string, value: string) => (trip: Trip) => {
  const [key = "", text = ""] = trip.flow.split("=");
  const flow = JSON.parse(Buffer.from(text, "base64url").toString()) as object;
  return { ...trip, flow: `${key}=${Buffer.from(JSON.stringify({ ...flow, [name]: value })).toString("base64url")}` };
};
type Trip = Awaited<ReturnType<typeof goThere>>;
const asItIs = (trip: Trip) => trip;
const other = "x".repeat(43);
const inThePast = Math.floor(Date.now() / 1_000) - 3_600;

test.each([
  ["another state", inQuery("state", other), {}, /does not belong to this login/],
  ["no state", inFlow("state", other), {}, /does not belong to this login/],
  ["another nonce", inFlow("nonce", other), {}, /not an answer to this login.*nonce/],
  ["another verifier", inFlow("verifier", other), {}, /refuses what it has given out|503|not accepted/],
  ["another code", inQuery("code", "guessed"), {}, /not accepted/],
  ["a refusal", inQuery("error", "access_denied"), {}, /it says <?.*access_denied/],
  ["another audience", asItIs, { aud: "another-client" }, /for somebody else.*aud/],
  ["another issuer", asItIs, { iss: "http://localhost:1" }, /for somebody else.*iss/],
  ["a time that is over", asItIs, { exp: inThePast, iat: inThePast - 60 }, /has expired/],
])("an answer with %s lets nobody in, says why, and is in the audit", async (_, change, claims, why) => {
  Object.assign(said, claims);
  const answer = await comeBack(change(await goThere()));
  expect(answer.status).toBe(401);
  expect(answer.text.replaceAll("\n", " ")).toMatch(why);
  expect(cookieNamed(answer.headers, "sy_ops")).toBe("");
  expect((await newest("refusals"))[0]).toMatchObject({ action: "GET /ops/login/oidc/back", actor: "unknown" });
});

test("an answer that has been used, or was begun in another browser, lets nobody in", async () => {
  const trip = await goThere();
  const first = await comeBack(trip);
  expect(first.status).toBe(303);
  // The browser has forgotten what it kept; somebody who has a copy is refused by the provider.
  expect(first.headers.getSetCookie().some((line) => line.startsWith("sy_oidc=;"))).toBe(true);
  expect((await comeBack({ ...trip, flow: "" })).status).toBe(400);
  expect((await comeBack(trip)).status).toBe(401);
  expect((await comeBack({ ...trip, flow: "sy_oidc=eyJ4IjoxfQ" })).status).toBe(400);
});

test("somebody who makes up answers has five tries a minute, and the provider is asked no more often", async () => {
  let asked = 0;
  provider.service.on(Events.BeforeWellKnownOpenIdConfiguration, () => void (asked += 1));
  const trip = inQuery("code", "guessed")(await goThere());
  asked = 0;
  const answers = await Promise.all(Array.from({ length: 20 }, () => comeBack(trip)));
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
  expect(asked).toBeLessThanOrEqual(5);
  from = "203.0.113.200";
  expect((await logIn()).status).toBe(303);
});

test("whoever has no group that gives a role is told what is missing", async () => {
  said["groups"] = ["staff", "<b>"];
  const none = await logIn();
  expect([none.status, none.cookie]).toEqual([403, ""]);
  expect(none.text).toMatch(/<code>groups<\/code>[^]*<code>staff<\/code>[^]*&lt;b&gt;[^]*<code>hub-admins<\/code>/);
  expect((await newest("refusals"))[0]).toMatchObject({ actor: "oidc:ada", details: { sub: "u-1" } });
  // The provider would vouch for the same person again.
  expect(none.text).toContain('href="/ops/login?other=1"');
  expect((await api.get("/ops/login?other=1")).text).toContain(
    'href="/ops/login/oidc?next=%2Fops%2Fconsole&amp;other=1"',
  );
  const { there } = await goThere("?other=1");
  expect([there.searchParams.get("prompt"), there.searchParams.get("max_age")]).toEqual(["login", null]);
  delete said["groups"];
  const tellOnce = (body: object) =>
    provider.service.once(Events.BeforeUserinfo, (response) => void (response.body = { sub: "u-1", ...body }));
  tellOnce({ email: "ada@example.com" });
  const untold = await logIn();
  expect(untold.text).toContain("tells nothing in the claim <code>groups</code>");
  // Where the ID token does not tell it, the user info may.
  tellOnce({ groups: ["hub-admins"] });
  expect((await logIn()).status).toBe(303);
});

test("keys that the provider has changed are known at the next login", async () => {
  expect((await logIn()).status).toBe(303);
  await provider.issuer.keys.generate("RS256");
  // It takes its keys in turn.
  for (let logins = 0; logins < 2; logins += 1) expect((await logIn()).status).toBe(303);
});

test("a provider that is away is told at once, passwords let in meanwhile, and it is back by itself", async () => {
  const trip = await goThere();
  await provider.stop();
  const late = await startTestApi(redis.url, { ops: { password: opsPassword, public_url, oidc: oidcSettings() } });
  try {
    const begun = await late.request("GET", "/ops/login/oidc", { headers: {} });
    expect(begun.status).toBe(503);
    expect(begun.text).toMatch(/does not answer[^]*name="password"/);
    expect((await comeBack(trip)).status).toBe(503);
    expect((await newest("people"))[0]).toMatchObject({ kind: "login", actor: "break-glass" });
    await provider.start(port, "localhost");
    expect((await logIn("", late)).status).toBe(303);
  } finally {
    await late.close();
  }
});

test("a login ends with its logout, which leads to where the provider ends its own", async () => {
  const { cookie } = await logIn();
  const headers = { cookie, "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const out = await api.request("POST", "/ops/logout", { headers, body: "" });
  expect(out.text).toMatch(
    /href="http:\/\/localhost:\d+\/endsession\?[^"]*post_logout_redirect_uri=http%3A%2F%2Fhub.test%2Fops%2Flogin/,
  );
  expect((await look(cookie, "/ops/api/groups")).status).toBe(401);
});

test("a login ends at each api whose settings give its group another role, and what is in Redis makes none", async () => {
  const { cookie } = await logIn();
  const roles = [{ value: "hub-admins", role: "operator" }];
  const changed = await startTestApi(redis.url, { ops: { public_url, oidc: oidcSettings({ roles }) } });
  try {
    expect((await look(cookie, "/ops/api/groups", changed)).status).toBe(401);
    expect((await look(cookie, "/ops/api/groups")).status).toBe(200);
    const keys = (await redis.command("KEYS", "sy:hub:{logins}:login:*")) as string[];
    for (const key of keys) {
      const claims = String(await redis.command("HGET", key, "claims"));
      await redis.command("HSET", key, "claims", claims.replace("hub-viewers", "hub-admins").replace("u-1", "u-2"));
    }
    expect((await look(cookie, "/ops/api/groups")).status).toBe(401);
  } finally {
    await changed.close();
  }
});

test("another login at the provider proves who somebody is, and nobody else's does", async () => {
  const { cookie } = await logIn();
  const drain = () =>
    api.request("POST", "/ops/api/groups/proof/drain", {
      headers: {
        cookie,
        "sec-fetch-site": "same-origin",
        "x-sy-console": "1",
        "x-sy-reason": "for-the-test-of-proofs",
      },
    });
  const keys = (await redis.command("KEYS", "sy:hub:{logins}:login:*")) as string[];
  for (const key of keys) await redis.command("HSET", key, "proved", String(Date.now() - 301_000));
  expect((await drain()).status).toBe(403);
  expect((await look(cookie, "/ops/proof")).text).toContain('href="/ops/login/oidc?proof=1"');

  const nowSeconds = () => Math.floor(Date.now() / 1_000);
  said["auth_time"] = nowSeconds() - 600;
  expect((await comeBack(await goThere("?proof=1"), cookie)).status).toBe(401);
  said["auth_time"] = nowSeconds();
  said["sub"] = "u-2";
  expect((await comeBack(await goThere("?proof=1"), cookie)).status).toBe(403);
  expect((await drain()).status).toBe(403);
  said["sub"] = "u-1";
  const trip = await goThere("?proof=1");
  expect(Object.fromEntries(trip.there.searchParams)).toMatchObject({ prompt: "login", max_age: "300" });
  const proven = await comeBack(trip, cookie);
  expect([proven.status, cookieNamed(proven.headers, "sy_ops")]).toEqual([200, ""]);
  expect((await drain()).status).toBe(200);
});
