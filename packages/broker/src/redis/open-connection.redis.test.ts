import type { Logger } from "@switchyard/runtime/logger";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { expect, test } from "vitest";
import { closeConnection, openConnection } from "./open-connection.ts";

test("a Redis that would throw away what waits in it is told of at the start, once for each process", async () => {
  const server = await startTestRedis();
  const lines: unknown[] = [];
  const logger = { warn: (fields: unknown) => void lines.push(fields), child: () => logger } as unknown as Logger;
  const open = async (role: "publisher" | "presence") =>
    closeConnection(await openConnection({ redis: { url: server.url, prefix: "sy" }, logger, role }));
  await open("publisher");
  expect(lines).toEqual([]);
  await server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
  await open("presence");
  await open("publisher");
  expect(lines).toEqual([{ policy: "allkeys-lru" }]);
  await server.close();
});
