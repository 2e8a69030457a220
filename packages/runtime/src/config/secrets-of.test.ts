import { expect, test } from "vitest";
import { judgeSettings } from "./load-settings.ts";
import { secretsOf } from "./secrets-of.ts";

test("the secrets of settings are those, wherever they stand, and nothing else", () => {
  const { settings } = judgeSettings({
    redis: { url: "redis://someone:a-password-of-redis@127.0.0.1:6379" },
    http_api: {
      key: "the-key-of-the-hub",
      keys: [{ name: "shop", key: "the-key-of-the-shop", scopes: ["publish"] }],
    },
    client: { token: { hmac_secret_key: "a-secret-of-tokens-of-32-characters" } },
    ops: { password: "a-password-for-emergencies" },
  });
  expect(new Set(secretsOf(settings))).toEqual(
    new Set([
      "a-password-of-redis",
      "the-key-of-the-hub",
      "the-key-of-the-shop",
      "a-secret-of-tokens-of-32-characters",
      "a-password-for-emergencies",
    ]),
  );
});
