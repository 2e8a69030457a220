import { checkSettings } from "@switchyard/runtime/load-settings";
import { jwtVerify } from "jose";
import { expect, test } from "vitest";
import { createClientTokens } from "./client-tokens.ts";

const secret = "a-secret-of-32-characters-or-more";
const create = (token: object = {}, client: object = {}) =>
  createClientTokens(checkSettings({ client: { token: { hmac_secret_key: secret, ...token }, ...client } }).client);
const verify = async (token: string | undefined, key = secret) =>
  (await jwtVerify(token ?? "", new TextEncoder().encode(key), { algorithms: ["HS256"] })).payload;

test("a connection token names the user, has an id to revoke it by, and lasts an hour", async () => {
  const { iat = 0, jti, ...claims } = await verify(await create()?.forConnection("ann", "Ann A."));
  expect(claims).toEqual({ sub: "ann", info: { name: "Ann A." }, exp: iat + 3600 });
  expect(jti).toHaveLength(36);
});

test("a subscription token names the channel and lasts a day, also for nobody in particular", async () => {
  const { iat = 0, jti, ...claims } = await verify(await create()?.forSubscription("", "task:t_1"));
  expect(claims).toEqual({ sub: "", channel: "task:t_1", exp: iat + 86_400 });
  expect(jti).toHaveLength(36);
});

test("carries the audience, the issuer and the user claim gateways are told to look at", async () => {
  const tokens = create({ audience: "hub", issuer: "shop", user_id_claim: "uid" });
  const claims = await verify(await tokens?.forConnection("ann"));
  expect(claims).toMatchObject({ aud: "hub", iss: "shop", uid: "ann" });
  expect(claims).not.toHaveProperty("sub");
});

test("subscription tokens are made with a key of their own where gateways check them by one", async () => {
  const other = "another-secret-of-32-characters-or-more";
  const tokens = create({}, { subscription_token: { enabled: true, hmac_secret_key: other } });
  expect(await verify(await tokens?.forSubscription("ann", "task:t_1"), other)).toMatchObject({ channel: "task:t_1" });
});

test("without a secret there are no tokens", () => {
  expect(create({ hmac_secret_key: "" })).toBeUndefined();
});
