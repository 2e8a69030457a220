import { startApp, type AppName } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, expect, test } from "vitest";

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.close());

const short = { SWITCHYARD_API_KEY: "k", SWITCHYARD_OPS_PASSWORD: "p", SWITCHYARD_TOKEN_SECRET: "s" };
const apps: AppName[] = ["gateway", "api", "worker"];

test.each(apps)("a %s does not start with secrets that can be guessed, and names each minimum", async (app) => {
  const starting = startApp(app, { SWITCHYARD_REDIS_URL: redis.url, ...short });
  await expect(starting).rejects.toThrow(
    /token\.hmac_secret_key: must have 32[\s\S]*http_api\.key: must have 16[\s\S]*ops\.password: must have 12/,
  );
});

test.each(apps)("a %s that is told to allow them starts, and warns of each by name alone", async (app) => {
  const allowed = { SWITCHYARD_REDIS_URL: redis.url, ...short, SWITCHYARD_ALLOW_SHORT_SECRETS: "true" };
  const running = await startApp(app, allowed);
  try {
    const warning = await eventually(() => {
      const line = running.log.find((text) => text.includes("allow_short_secrets"));
      if (line === undefined) throw new Error("no warning yet");
      return JSON.parse(line) as unknown;
    });
    expect(warning).toMatchObject({
      level: "warn",
      short: [
        { field: "client.token.hmac_secret_key", characters: 1, charactersMin: 32 },
        { field: "http_api.key", characters: 1, charactersMin: 16 },
        { field: "ops.password", characters: 1, charactersMin: 12 },
      ],
    });
  } finally {
    await running.stop();
  }
});
