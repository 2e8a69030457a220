import { describe, expect, test } from "vitest";
import { leavesOf, type SettingSchema } from "./environment.ts";
import { checkSettings } from "./load-settings.ts";
import { Settings } from "./settings.ts";
import { findShortSecrets } from "./short-secrets.ts";

/** Every setting with a value of its own, those inside of lists included. */
function allLeaves(schema: SettingSchema, path: readonly string[] = []): { path: string; schema: SettingSchema }[] {
  return leavesOf(schema, path).flatMap((leaf) =>
    leaf.schema.items?.properties === undefined
      ? [{ path: leaf.path.join("."), schema: leaf.schema }]
      : allLeaves(leaf.schema.items, [...leaf.path, "[]"]),
  );
}
const leaves = allLeaves(Settings as SettingSchema);
const secrets = leaves.filter(({ schema }) => schema.charactersMin !== undefined);

/** What else an entry of a list must have. */
const entries: Readonly<Record<string, object>> = {
  keys: { name: "shop", scopes: ["publish"] },
  proxies: { name: "shop" },
  apps: { id: "1", key: "shop-key", namespace: "shop" },
  alerts: { name: "desk", url: "https://alerts.example.com/", kind: "chat" },
  receivers: { name: "shop", url: "https://shop.example.com/events", secret: "0123456789abcdef" },
};

/** Settings in which this one secret has a value. */
function withSecret(path: string, secret: string): object {
  return { channel: { namespaces: [{ name: "shop" }] }, ...at(path, secret) };
}

function at(path: string, secret: string): object {
  const [head = "", ...rest] = path.split(".");
  if (rest.length === 0) return { [head]: secret };
  if (rest[0] === "[]") {
    return { [head]: [{ ...entries[head], ...at(rest.slice(1).join("."), secret) }] };
  }
  return { [head]: at(rest.join("."), secret) };
}

test("blanks around a secret do not count, as HTTP takes them away", () => {
  expect(() => checkSettings({ http_api: { key: " ".repeat(16) } })).toThrow(
    "http_api.key: must have 16 characters or more",
  );
});

test("every secret of the settings has a least length", () => {
  const marked = leaves.filter(({ schema }) => schema.secret === true && schema.type === "string");
  expect(secrets.map(({ path }) => path)).toEqual(marked.map(({ path }) => path));
  expect(secrets.map(({ path, schema }) => `${path} ${schema.charactersMin}`)).toEqual([
    "client.token.hmac_secret_key 32",
    "client.token.hmac_previous_secret_key 32",
    "client.subscription_token.hmac_secret_key 32",
    "client.subscription_token.hmac_previous_secret_key 32",
    "client.proxy.connect.signing_secret 32",
    "client.proxy.connect.signing_previous_secret 32",
    "client.proxy.refresh.signing_secret 32",
    "client.proxy.refresh.signing_previous_secret 32",
    "pusher.apps.[].secret 16",
    "channel.proxy.subscribe.signing_secret 32",
    "channel.proxy.subscribe.signing_previous_secret 32",
    "channel.proxy.publish.signing_secret 32",
    "channel.proxy.publish.signing_previous_secret 32",
    "channel.proxy.sub_refresh.signing_secret 32",
    "channel.proxy.sub_refresh.signing_previous_secret 32",
    "rpc.proxy.signing_secret 32",
    "rpc.proxy.signing_previous_secret 32",
    "events.receivers.[].secret 16",
    "events.receivers.[].previous_secret 16",
    "proxies.[].signing_secret 32",
    "proxies.[].signing_previous_secret 32",
    "http_api.key 16",
    "http_api.keys.[].key 16",
    "tasks.signing_secret 32",
    "tasks.signing_previous_secret 32",
    "text.secret 16",
    "ops.password 12",
    "ops.oidc.client_secret 16",
    "ops.audit_secret 32",
    "ops.alerts.[].secret 16",
    "ops.alerts.[].previous_secret 16",
  ]);
});

test("whatever sounds like a secret is one", () => {
  const sounds = leaves.filter(({ path, schema }) => {
    // Clients of the Pusher protocol name their app by its key, in the address: it says which secret counts.
    const isPublic = path.includes("public_key") || path === "pusher.apps.[].key";
    const isText = schema.type === "string" && !isPublic;
    return isText && /(?:^|[._])(?:secret|password|key)(?:$|_key$)/.test(path);
  });
  expect(sounds.length).toBeGreaterThan(5);
  expect(sounds.filter(({ schema }) => schema.charactersMin === undefined).map(({ path }) => path)).toEqual([]);
});

describe.each(secrets)("$path", ({ path, schema: { charactersMin = 0 } }) => {
  const field = path.replace(".[]", "[0]");
  const short = "s".repeat(charactersMin - 1);

  test("is refused when it is too short, with its minimum and without its value", () => {
    const check = () => checkSettings(withSecret(path, short));
    expect(check).toThrow(`${field}: must have ${charactersMin} characters or more, and has ${charactersMin - 1}`);
    expect(check).not.toThrow(short);
  });

  test("is taken from its minimum on", () => {
    expect(() => checkSettings(withSecret(path, "s".repeat(charactersMin)))).not.toThrow();
  });

  test("may be short where that is allowed by name, and is then listed for the log", () => {
    const settings = checkSettings({ ...withSecret(path, short), allow_short_secrets: true });
    expect(findShortSecrets(Settings as SettingSchema, settings)).toEqual([
      { field, characters: charactersMin - 1, charactersMin },
    ]);
  });
});

test("allowing short secrets does not allow an empty key of a holder, or a `whsec_` secret that is none", () => {
  const keys = [{ name: "shop", key: "", scopes: ["publish"] }];
  expect(() => checkSettings({ allow_short_secrets: true, http_api: { keys } })).toThrow("http_api.keys[0].key");
  const tasks = { signing_secret: "whsec_x" };
  expect(() => checkSettings({ allow_short_secrets: true, tasks })).toThrow("base64 of 24 to 64 bytes");
});
