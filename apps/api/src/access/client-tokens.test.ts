import { jwtVerify } from "jose";
import { expect, test } from "vitest";
import { createClientTokens } from "./client-tokens.ts";

const secret = "a-secret-of-32-characters-or-more";
const settings = { hmac_secret_key: secret, audience: "", issuer: "" };
const verify = async (token: string | undefined) =>
  (await jwtVerify(token ?? "", new TextEncoder().encode(secret), { algorithms: ["HS256"] })).payload;

test("a connection token names the user and lasts an hour", async () => {
  const { iat = 0, ...claims } = await verify(await createClientTokens(settings)?.forConnection("ann", "Ann A."));
  expect(claims).toEqual({ sub: "ann", info: { name: "Ann A." }, exp: iat + 3600 });
});

test("a subscription token names the channel and lasts a day, also for nobody in particular", async () => {
  const { iat = 0, ...claims } = await verify(await createClientTokens(settings)?.forSubscription("", "task:t_1"));
  expect(claims).toEqual({ sub: "", channel: "task:t_1", exp: iat + 86_400 });
});

test("carries the audience and issuer gateways are told to ask for", async () => {
  const tokens = createClientTokens({ ...settings, audience: "hub", issuer: "shop" });
  expect(await verify(await tokens?.forConnection("ann"))).toMatchObject({ aud: "hub", iss: "shop" });
});

test("without a secret there are no tokens", () => {
  expect(createClientTokens({ ...settings, hmac_secret_key: "" })).toBeUndefined();
});
