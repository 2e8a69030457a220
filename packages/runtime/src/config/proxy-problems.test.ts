import { expect, test } from "vitest";
import { checkSettings } from "./load-settings.ts";
import { placesOfProxies } from "./proxy-problems.ts";

const endpoint = "https://app.test/hub";

test.each<[object, string | RegExp]>([
  [
    { client: { proxy: { connect: { enabled: true } } } },
    "client.proxy.connect.endpoint: must be set, or handler, where the hook is enabled",
  ],
  [
    { client: { proxy: { connect: { enabled: true, endpoint: "grpc://app.test:10000" } } } },
    /client\.proxy\.connect\.endpoint: is gRPC; gRPC back ends are not asked/,
  ],
  [{ proxies: [{ name: "app", endpoint: "app.test:10000" }] }, /proxies\[0\]\.endpoint: must begin with http:/],
  [{ proxies: [{ name: "app", endpoint: "http://" }] }, /proxies\[0\]\.endpoint: must be a URL/],
  [{ proxies: [{ name: "app", endpoint, handler: "judge" }] }, "proxies[0].handler: must not be set beside endpoint"],
  [
    { proxies: [{ name: "app", endpoint, timeout: "4501ms" }] },
    /proxies\[0\]\.timeout: must be 1ms to 4500ms, because a client gives up after 5 s/,
  ],
  [
    { channel: { proxy: { publish: { endpoint, timeout: "0s" } } } },
    /channel\.proxy\.publish\.timeout: must be 1ms to 4500ms/,
  ],
  [{ proxies: [{ name: "default", endpoint }] }, /proxies\[0\]\.name: must be two or more letters/],
  [
    {
      proxies: [
        { name: "app", endpoint },
        { name: "app", endpoint },
      ],
    },
    /proxies\[1\]\.name: another has the same/,
  ],
  [
    { proxies: [{ name: "app", endpoint, http_headers: ["a b"] }] },
    /http_headers\[0\]: must be the name of an HTTP header/,
  ],
  [
    { channel: { namespaces: [{ name: "chat", subscribe_proxy_enabled: true }] } },
    /namespaces\[0\]\.subscribe_proxy_name: `default` is channel\.proxy\.subscribe, which has neither endpoint nor handler/,
  ],
  [
    { channel: { without_namespace: { publish_proxy_enabled: true, publish_proxy_name: "ap" } } },
    'channel.without_namespace.publish_proxy_name: no proxy "ap" is in proxies',
  ],
  [
    {
      proxies: [{ name: "app" }],
      channel: { namespaces: [{ name: "chat", sub_refresh_proxy_enabled: true, sub_refresh_proxy_name: "app" }] },
    },
    'the proxy "app" has neither endpoint nor handler',
  ],
  [
    {
      channel: { proxy: { subscribe: { endpoint } }, namespaces: [{ name: "push", subscribe_proxy_enabled: true }] },
      pusher: { apps: [{ id: "1", key: "app-key", secret: "s".repeat(32), namespace: "push" }] },
    },
    /namespaces\[0\]\.subscribe_proxy_enabled: cannot be had in the namespace of a Pusher app/,
  ],
])("%j is refused at the start, by name", (settings, problem) => {
  expect(() => checkSettings(settings)).toThrow(problem);
});

test.each([...placesOfProxies, "proxies.0"])("%s cannot name a handler that is not declared", (place) => {
  const asProxy = place.startsWith("proxies") ? { name: "app", handler: "judge" } : { handler: "judge" };
  const settings = place
    .split(".")
    .reduceRight<unknown>((inner, key) => (key === "0" ? [inner] : { [key]: inner }), asProxy) as object;
  const field = `${place.replace(".0", "[0]")}.handler`;
  expect(() => checkSettings(settings)).toThrow(`${field}: no handler \`judge\` is declared; add it to handlers`);
  const handlers = { judge: { kind: "module", module: "./judge.ts" } };
  expect(() => checkSettings({ ...settings, handlers })).not.toThrow();
});

test("what Centrifugo's files have of hooks is taken as it stands there", () => {
  const settings = {
    client: {
      proxy: {
        connect: { enabled: true, endpoint, timeout: "1s", http_headers: ["Cookie", "Origin"], emulated_headers: [] },
        refresh: { enabled: true, endpoint, include_connection_meta: true },
      },
    },
    channel: {
      proxy: { subscribe: { endpoint, binary_encoding: true } },
      namespaces: [
        { name: "chat", subscribe_proxy_enabled: true, publish_proxy_enabled: true, publish_proxy_name: "app" },
      ],
    },
    proxies: [
      {
        name: "app",
        endpoint,
        http: {
          static_headers: { "X-Key": "k" },
          tls: { enabled: true, server_ca_pem: "/ca.pem" },
          status_to_code_transforms: [
            { status_code: 404, to_error: { code: 404, message: "not found", temporary: false } },
          ],
        },
      },
    ],
  };
  expect(checkSettings(settings).proxies[0]).toMatchObject({ timeout: "1s", grace_limit: 10 });
});
