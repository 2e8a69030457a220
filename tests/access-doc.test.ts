import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startProtocolGateway, type ProtocolGateway } from "./protocol/protocol-gateway.ts";

/** What docs/access.md gives people to paste makes tokens that a gateway takes. */
const page = readFileSync(new URL("../docs/access.md", import.meta.url), "utf8");
const directory = mkdtempSync(join(tmpdir(), "access-doc-"));
let gateway: ProtocolGateway;
beforeAll(async () => {
  gateway = await startProtocolGateway();
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await gateway?.close();
});

test.each([
  ["php", "php", "token.php", ""],
  ["js", process.execPath, "token.mjs", ""],
])("the %s lines make a token", async (language, program, file, prefix) => {
  const code = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "m").exec(page)?.[1] ?? "";
  writeFileSync(join(directory, file), prefix + code);
  const env = { PATH: process.env["PATH"], SWITCHYARD_TOKEN_SECRET: gateway.secret };
  const { stdout } = await promisify(execFile)(program, [join(directory, file)], { env });
  const peer = await connectPeer(gateway.url);
  expect(await peer.call({ connect: { token: stdout.trim() } })).toMatchObject({
    connect: { expires: true, subs: { "user:42": {} } },
  });
  await peer.close();
});
