import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { mintToken } from "./mint-token.ts";

test("makes a token that HS256 verifies and that carries the claims", () => {
  const [header = "", payload = "", signature] = mintToken("secret", { sub: "ann" }).split(".");
  expect(signature).toBe(createHmac("sha256", "secret").update(`${header}.${payload}`).digest("base64url"));
  expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toMatchObject({ sub: "ann" });
});
