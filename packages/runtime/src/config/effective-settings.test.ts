import { expect, test } from "vitest";
import { describeSettings } from "./effective-settings.ts";
import { leavesOf, type SettingSchema } from "./environment.ts";
import { judgeSettings } from "./load-settings.ts";
import { redactSetting } from "./redact-setting.ts";
import { Settings } from "./settings.ts";

const canary = "canary-0123456789abcdef-0123456789abcdef";
const of = (file: object, environment: Readonly<Record<string, string>> = {}) =>
  describeSettings(judgeSettings(file, environment));
const hashOf = (file: object, environment: Readonly<Record<string, string>> = {}) => of(file, environment).hash;

test("a setting says whether it is from the file or from which variable, and what is by default is not told", () => {
  const { set } = of({ client: { channel_limit: 7 }, redis: { prefix: "a" } }, { SWITCHYARD_REDIS_PREFIX: "b" });
  expect(set).toEqual([
    { key: "redis.prefix", from: "environment", variable: "SWITCHYARD_REDIS_PREFIX", value: "b" },
    { key: "client.channel_limit", from: "file", value: 7 },
  ]);
});

test("no secret leaves the process, wherever it stands: only that there is one", () => {
  const file = {
    redis: { url: `redis://someone:${canary}@127.0.0.1:6379` },
    http_api: { key: canary, keys: [{ name: "shop", key: `${canary}-shop`, scopes: ["tasks"] }] },
    client: { token: { hmac_secret_key: canary } },
    ops: { password: canary, audit_secret: canary },
    tasks: { signing_secret: canary },
    handlers: {
      mail: { kind: "http", url: `https://user:${canary}@mail.example/send?key=${canary}` },
      other: { kind: "command", command: ["run", "--password", canary, `--api-key=${canary}`, `TOKEN=${canary}`] },
    },
    proxies: [
      {
        name: "shop",
        endpoint: `https://${canary}@shop.example/connect`,
        signing_secret: canary,
        http: { static_headers: { "x-auth": canary }, tls: { key_pem: `-----BEGIN PRIVATE KEY-----${canary}` } },
      },
    ],
  };
  const { set } = of(file);
  expect(JSON.stringify(set)).not.toContain("canary");
  const told = Object.fromEntries(set.map(({ key, ...rest }) => [key, rest]));
  expect(told["http_api.key"]).toEqual({ from: "file", isSet: true });
  expect(told["http_api.keys"]).toEqual({ from: "file", isSet: true, entries: 1 });
  expect(told["redis.url"]?.value).toBe("redis://•••@127.0.0.1:6379");
  expect(told["handlers"]?.value).toMatchObject({
    mail: { url: "https://•••@mail.example/send?•••" },
    other: { command: ["run", "--password", "•••", "--api-key=•••", "TOKEN=•••"] },
  });
});

test.each([
  ["redis://:p#%@127.0.0.1:6379", "redis://•••@127.0.0.1:6379"],
  ["redis://:p/%@127.0.0.1:6379", "redis://•••@127.0.0.1:6379"],
  ["redis://:p?%@127.0.0.1:6379", "redis://•••@127.0.0.1:6379"],
  ["redis://a:b@c:%@127.0.0.1:6379/2", "redis://•••@127.0.0.1:6379/2"],
  ["https://a.example/b#%", "https://a.example/b#•••"],
  ["https://a.example/@me", "https://a.example/@me"],
])("of the address %s the secret is left out, also where it was not encoded", (address, shown) => {
  const url = address.replace("%", canary);
  expect(of({ handlers: { a: { kind: "command", command: ["run", url] } } }).set[0]?.value).toMatchObject({
    a: { command: ["run", shown] },
  });
});

test.each([
  ["Authorization: Bearer %", "Authorization:•••"],
  ["mail --password % --to ann", "mail --password •••"],
  ["mail --smtp-token '%'", "mail --smtp-token •••"],
  ["API_KEY=% mail", "API_KEY=•••"],
  ["curl redis://a:b@c -H 'x-secret: %'", "curl redis://•••@c -H 'x-secret:•••"],
  ["-p%", "-p•••"],
  ["Bearer %", "Bearer •••"],
  ["mail:password-reset ann", "mail:password-reset ann"],
])("of the argument %s what stands behind the name of a secret is left out", (argument, shown) => {
  const command = ["run", argument.replace("%", canary)];
  expect(of({ handlers: { a: { kind: "command", command } } }).set[0]?.value).toMatchObject({
    a: { command: ["run", shown] },
  });
});

/** Every text of the schema, those within lists and maps too, with a value for it. */
function* textsOf(schema: SettingSchema, path: string): Generator<{ path: string; schema: SettingSchema }> {
  const { type, properties = {}, patternProperties = {}, items, anyOf = [] } = schema;
  if (type === "string") yield { path, schema };
  for (const [key, child] of Object.entries(properties)) yield* textsOf(child, `${path}.${key}`);
  for (const child of Object.values(patternProperties as Readonly<Record<string, SettingSchema>>))
    yield* textsOf(child, `${path}.*`);
  if (items !== undefined) yield* textsOf(items, `${path}[]`);
  for (const branch of anyOf) yield* textsOf(branch, path);
}

test("every setting that is called like a secret is one, or is public for a reason", () => {
  const called = leavesOf(Settings)
    .flatMap(({ path, schema }) => [...textsOf(schema, path.join("."))])
    .filter(({ path }) => /secret|passw|private|_key\b|\bkey(?:_pem)?$|hash$|headers\.\*$/.test(path));
  expect(called.length).toBeGreaterThan(10);
  const open = called.filter(({ schema }) => redactSetting(schema, canary) === canary).map(({ path }) => path);
  // Public keys, which check what others sign; the name of an app of Pusher's, which its pages have; and headers that lie in a map that is secret as a whole.
  expect(open.filter((path) => !/public_key|^pusher.apps\[\].key$|static_headers\.\*$/.test(path))).toEqual([]);
});

test("processes with the same settings have one hash, whatever they are from, and a port of one's own does not count", () => {
  const plain = hashOf({});
  expect(hashOf({ client: { channel_limit: 128 }, api: { port: 1 }, gateway: { name: "x" } })).toBe(
    hashOf({}, { SWITCHYARD_CLIENT_CHANNEL_LIMIT: "128", SWITCHYARD_WORKER_PORT: "7" }),
  );
  expect(hashOf({ worker: { concurrency: 11 } })).not.toBe(plain);
  const handlers = { a: { kind: "http", url: "https://a.example" }, b: { kind: "module", module: "./b.ts" } };
  expect(hashOf({ handlers })).toBe(hashOf({ handlers: { b: handlers.b, a: handlers.a } }));
  expect(hashOf({ handlers })).not.toBe(hashOf({ handlers: { a: handlers.a } }));
});

test("another secret is another hash, except where it could be guessed by its hash", () => {
  const withToken = (secret: string) => hashOf({ client: { token: { hmac_secret_key: secret } } });
  expect(withToken(`${canary}1`)).not.toBe(withToken(`${canary}2`));
  const withPassword = (password: string) => hashOf({ ops: { password } });
  expect(withPassword("a-short-one-1")).toBe(withPassword("a-short-one-2"));
  expect(withPassword("a-short-one-1")).not.toBe(withPassword(""));
  const keys = (key: string) => hashOf({ http_api: { keys: [{ name: "shop", key, scopes: ["tasks"] }] } });
  expect(keys(`${canary}1`)).not.toBe(keys(`${canary}2`));
  const short = (key: string) => hashOf({ allow_short_secrets: true, http_api: { key } });
  expect(short("one")).toBe(short("two"));
});

test("what is too large to be kept for others says so", () => {
  const namespaces = Array.from({ length: 100 }, (_, index) => ({ name: `namespace-${index}` }));
  expect(of({ channel: { namespaces } }).set).toEqual([{ key: "channel.namespaces", from: "file", isCut: true }]);
});
