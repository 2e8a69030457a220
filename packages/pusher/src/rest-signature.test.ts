import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { md5, restProblem, restText, type RestRequest } from "./rest-signature.ts";
import { sign } from "./signature.ts";

const secret = "7ad3773142a6692b25b8";
const { pusher } = checkSettings({
  channel: { namespaces: [{ name: "shop" }] },
  pusher: { apps: [{ id: "3", key: "278d425bdf160c739803", secret, namespace: "shop" }] },
});
const [app] = pusher.apps;
if (app === undefined) throw new Error("the app is configured above");
const atMs = 1_353_088_179_000;

const body = Buffer.from('{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}');
const base = [
  ["auth_key", app.key],
  ["auth_timestamp", "1353088179"],
  ["auth_version", "1.0"],
] as const;
const events: RestRequest = {
  method: "POST",
  path: "/apps/3/events",
  query: [
    ["body_md5", "ec365a775a4cd0599faeb73354201b6f"],
    ...base,
    ["auth_signature", "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c"],
  ],
  body,
};
const channels: RestRequest = {
  method: "GET",
  path: "/apps/3/channels",
  query: [
    ["info", "user_count"],
    ["filter_by_prefix", "presence-"],
    ...base,
    ["auth_signature", "16819168891cb5dfd72b5c7a5d3d602605b26c6ba1930033b5e2eeeb65010291"],
  ],
  body: Buffer.of(),
};

test("the requests of the documentation are signed as it says", () => {
  expect(md5(body)).toBe("ec365a775a4cd0599faeb73354201b6f");
  expect(restProblem(app, events, atMs)).toBeUndefined();
  expect(restProblem(app, channels, atMs)).toBeUndefined();
});

test("names count in lower case and in order, and a list is one value", () => {
  const text = restText({
    method: "get",
    path: "/apps/3/channels",
    query: [
      ["info[]", "user_count"],
      ["Auth_Key", "k"],
      ["info[]", "cache"],
      ["auth_signature", "s"],
    ],
  });
  expect(text).toBe("GET\n/apps/3/channels\nauth_key=k&info=user_count,cache");
});

/** The same request, signed as it is then. */
function signed(request: RestRequest, leftOut: string): RestRequest {
  const query = request.query.filter(([name]) => name !== leftOut && name !== "auth_signature");
  return { ...request, query: [...query, ["auth_signature", sign(secret, restText({ ...request, query }))]] };
}

test("a request need not say the version of the protocol, but must say its time and what its body is", () => {
  expect(restProblem(app, signed(events, "auth_version"), atMs)).toBeUndefined();
  expect(restProblem(app, signed(events, "auth_timestamp"), atMs)).toMatch(/^auth_timestamp/);
  expect(restProblem(app, signed(events, "body_md5"), atMs)).toMatch(/^body_md5/);
  expect(restProblem(app, signed(events, "auth_key"), atMs)).toMatch(/^auth_key/);
});

test.each([
  ["of another body", { ...events, body: Buffer.from("{}") }, atMs, /^body_md5/],
  ["ten minutes old", events, atMs + 601_000, /^auth_timestamp/],
  ["from the future", events, atMs - 601_000, /^auth_timestamp/],
  ["of another app's address", { ...events, path: "/apps/4/events" }, atMs, /^auth_signature/],
])("a request %s is refused", (_, request, nowMs, problem) => {
  expect(restProblem(app, request, nowMs)).toMatch(problem);
});

test("who signs wrongly is told what to sign, and never what the signature is", () => {
  const query = channels.query.map(([name, value]): [string, string] => [
    name,
    name === "auth_signature" ? "0" : value,
  ]);
  const problem = restProblem(app, { ...channels, query }, atMs) ?? "";
  expect(problem).toContain(JSON.stringify(restText(channels)));
  expect(problem).not.toContain("16819168");
  expect(problem).not.toContain(secret);
});
