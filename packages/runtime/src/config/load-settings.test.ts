import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkSettings, loadSettings } from "./load-settings.ts";

const secret = "0123456789abcdef0123456789abcdef";

test("an empty file and an empty environment give the defaults of every section", () => {
  const settings = checkSettings({});
  expect(settings.client.channel_limit).toBe(128);
  expect(settings.client.insecure).toBe(false);
  expect(settings.redis).toEqual({ url: "redis://127.0.0.1:6379", prefix: "sy" });
  expect(settings.groups).toEqual({ "*": { concurrency: 1 } });
});

test("takes the example of a Centrifugo v6 file as it stands", () => {
  const settings = checkSettings({
    client: { insecure: true, allowed_origins: ["https://app.example.com"], token: { hmac_secret_key: secret } },
    http_api: { key: "a-key-of-16-characters-or-more" },
    channel: { namespaces: [{ name: "feed", history_size: 1000, history_ttl: "300s", force_recovery: true }] },
  });
  expect(settings.channel.namespaces[0]).toMatchObject({
    name: "feed",
    history_size: 1000,
    force_recovery_mode: "stream",
  });
});

test("environment variables override the file, by long and by short name", () => {
  const directory = mkdtempSync(join(tmpdir(), "settings-"));
  const path = join(directory, "switchyard.json");
  writeFileSync(path, JSON.stringify({ redis: { url: "redis://file:1" }, client: { channel_limit: 7 } }));
  const settings = loadSettings({
    SWITCHYARD_CONFIG: path,
    SWITCHYARD_REDIS_URL: "redis://env:2",
    SWITCHYARD_CLIENT_CHANNEL_LIMIT: "9",
    SWITCHYARD_CLIENT_ALLOWED_ORIGINS: "https://a.example, https://b.example",
    SWITCHYARD_CLIENT_INSECURE: "true",
  });
  expect(settings.redis.url).toBe("redis://env:2");
  expect(settings.client.channel_limit).toBe(9);
  expect(settings.client.allowed_origins).toEqual(["https://a.example", "https://b.example"]);
  expect(settings.client.insecure).toBe(true);
});

test("reports every problem at once, each naming its field and its bound", () => {
  const file = {
    client: { chanel_limit: 5, queue_max_size: 1, token: { hmac_secret_key: "short" } },
    channel: { namespaces: [{ name: "x" }, { name: "user" }, { name: "ok", history_ttl: "soon" }] },
    redis: { url: "http://nowhere" },
  };
  expect(() => checkSettings(file, { SWITCHYARD_API_PORT: "70000" })).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(
        new RegExp(
          [
            "redis\\.url: must be a URL",
            "client\\.queue_max_size: must be >= 1024",
            "client\\.chanel_limit: unknown key; did you mean `channel_limit`",
            "channel\\.namespaces\\[0\\]\\.name: must be two or more",
            "channel\\.namespaces\\[2\\]\\.history_ttl: must be a duration such as",
            "api\\.port: must be <= 65535",
            "channel\\.namespaces\\[1\\]\\.name: `user` is taken",
            "hmac_secret_key: must have 32 characters or more",
          ].join("[\\s\\S]*"),
        ),
      ),
    }),
  );
});

test("of a choice between kinds, only what was chosen is complained about", () => {
  const settings = {
    log: { level: "loud" },
    handlers: { mail: { kind: "smtp", url: "https://x.example" }, resize: { kind: "command", command: [] }, "a b": {} },
  };
  expect(() => checkSettings(settings)).toThrow(
    [
      "the settings cannot be used:",
      '  - handlers.mail.kind: must be one of "module", "command", "http"',
      "  - handlers.resize.command: must not have fewer than 1 items",
      "  - handlers.a b: the name must match ^[-a-zA-Z0-9_.]{1,64}$",
      '  - log.level: must be one of "fatal", "error", "warn", "info", "debug", "trace"',
    ].join("\n"),
  );
});

test("an API key is one holder's, has scopes that exist, and is not repeated in the complaint about it", () => {
  const key = (name: string, secret: string, scopes: string[]) => ({ name, key: secret, scopes });
  const publisher = key("shop", "shop-key-0123456789", ["publish"]);
  expect(checkSettings({ http_api: { keys: [publisher] } }).http_api.keys).toEqual([publisher]);
  const wrong = [publisher, key("shop", "short-key", []), key("cron", publisher.key, ["publsh"])];
  expect(() => checkSettings({ http_api: { keys: wrong } })).toThrow(
    [
      "  - http_api.keys[1].scopes: must not have fewer than 1 items",
      '  - http_api.keys[2].scopes[0]: must be one of "publish", "subscribe", "disconnect", "presence", "history", "info", "connections", "tasks", "search", "groups", "schedules", "inbox", "alerts"',
      "  - http_api.keys[1].name: another key has the same; every name must be its own",
      "  - http_api.keys[2].key: another key has the same; every key must be its own",
      "  - http_api.keys[1].key: must have 16 characters or more, and has 9",
    ].join("\n"),
  );
});

test("an API key is bound to namespaces that exist only", () => {
  const keys = [
    { name: "shop", key: "shop-key-0123456789", scopes: ["publish"], namespaces: ["feed", "user", "", "fed"] },
  ];
  expect(() => checkSettings({ channel: { namespaces: [{ name: "feed" }] }, http_api: { keys } })).toThrow(
    "http_api.keys[0].namespaces[3]: no namespace `fed` is configured",
  );
});

test("no two apps of the Pusher protocol have anything in common, and each has a namespace that there is", () => {
  const secret = "secret-of-the-app";
  const namespaces = [{ name: "shop" }];
  const app = { id: "1", key: "shop-key", secret, namespace: "shop" };
  expect(checkSettings({ channel: { namespaces }, pusher: { apps: [app] } }).pusher.apps[0]).toMatchObject({
    ...app,
    enabled: true,
    client_events: false,
  });
  const apps = [app, app, { ...app, id: "2", key: "other-key", namespace: "user" }];
  expect(() => checkSettings({ channel: { namespaces }, pusher: { apps } })).toThrow(
    [
      "  - pusher.apps[1].id: another app has the same; every id must be its own",
      "  - pusher.apps[1].key: another app has the same; every key must be its own",
      "  - pusher.apps[1].namespace: another app has the same; every namespace must be its own",
      "  - pusher.apps[2].namespace: no namespace `user` is in channel.namespaces",
    ].join("\n"),
  );
});

test("filters of a conflated channel are refused, for they would lose what they let through", () => {
  const namespaces = [
    { name: "prices", allow_tags_filter: true, conflate_interval: "200ms" },
    { name: "fine", allow_tags_filter: true, conflate_interval: "0s" },
    { name: "conflated", conflate_interval: "1s" },
  ];
  const without_namespace = { allow_tags_filter: true, conflate_interval: "0.5s" };
  expect(() => checkSettings({ channel: { without_namespace, namespaces } })).toThrow(
    [
      "the settings cannot be used:",
      "  - channel.without_namespace.allow_tags_filter: cannot be had with conflate_interval, which drops publications that a filter would let through; turn one of them off",
      "  - channel.namespaces[0].allow_tags_filter: cannot be had with conflate_interval, which drops publications that a filter would let through; turn one of them off",
    ].join("\n"),
  );
  expect(() => checkSettings({ channel: { namespaces: [namespaces[1], namespaces[2]] } })).not.toThrow();
});

test("channels that fields of datagrams name are refused where they could never be used, with what to change", () => {
  const channels = ["school:{id}", "{kind}:{id}", "user:{a}{b}", "user:{uid}", 7];
  expect(() => checkSettings({ udp: { channels } })).toThrow(
    [
      "  - udp.channels[4]: must be string",
      "  - udp.channels[0]: no namespace `school` is configured; add it to channel.namespaces",
      "  - udp.channels[1]: must write its namespace out: what stands before the first `:` cannot hold a field",
      "  - udp.channels[2]: must have a `:` between `{a}` and `{b}`, or different values make one channel",
    ].join("\n"),
  );
  const known = { channel: { namespaces: [{ name: "school" }] }, udp: { channels: ["school:{id}", "{room}"] } };
  expect(() => checkSettings(known)).not.toThrow();
});

test("the text door needs a secret beyond this machine", () => {
  const text = (section: object) => () => checkSettings({ text: { enabled: true, ...section } });
  for (const host of ["::", "0.0.0.0", "10.0.0.7", "gateway"])
    expect(text({ host })).toThrow("text.secret: must be set");
  for (const host of ["127.0.0.1", "::1", "localhost"]) expect(text({ host })).not.toThrow();
  expect(text({ host: "::", secret: "a-secret-of-16-or-more" })).not.toThrow();
  expect(text({ enabled: false, host: "::" })).not.toThrow();
});

test("names the file and the place when the JSON is broken", () => {
  const path = join(mkdtempSync(join(tmpdir(), "settings-")), "broken.json");
  writeFileSync(path, "{");
  expect(() => loadSettings({ SWITCHYARD_CONFIG: path })).toThrow(/broken\.json is not valid JSON/);
  expect(() => loadSettings({ SWITCHYARD_CONFIG: "/nowhere.json" })).toThrow(/nowhere\.json, which cannot be read/);
});

test("settings cannot be changed after they were loaded", () => {
  const settings = checkSettings({});
  expect(Object.isFrozen(settings.client.token)).toBe(true);
});

test("names that every object has are names of handlers and groups like others, in the file and in the environment", () => {
  for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
    const table = (value: object) => JSON.stringify(Object.fromEntries([[name, value]]));
    const file = JSON.parse(
      `{"handlers":{"other":{"kind":"module","module":"./o.ts"}},"groups":${table({ concurrency: 3 })}}`,
    );
    const { handlers, groups } = checkSettings(file as object, {
      SWITCHYARD_HANDLERS: table({ kind: "module", module: "./x.ts" }),
    });
    expect(Object.keys(handlers).toSorted(), name).toEqual([name, "other"].toSorted());
    expect(Object.keys(groups), name).toEqual([name]);
    expect(({} as Record<string, unknown>)["module"], name).toBeUndefined();
  }
});
