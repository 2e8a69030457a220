import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { exportLines } from "./shell-lines.ts";

test.each(["Abc123", "with space", `it's "quoted" $HOME \`id\` \\ !`, "-n", "密钥"])(
  "a shell reads %j as it is",
  (secret) => {
    const lines = exportLines({ apiKey: secret, tokenSecret: `${secret}2`, opsPassword: "" }, 9000);
    const script = `${lines.join("\n")}\nprintenv SWITCHYARD_API_KEY SWITCHYARD_TOKEN_SECRET SWITCHYARD_URL`;
    expect(execFileSync("sh", ["-c", script]).toString()).toBe(`${secret}\n${secret}2\nhttp://localhost:9000\n`);
  },
);
