import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createLuaScript, writeTogether } from "@switchyard/redis/lua-script";
import { Redis } from "ioredis";
import { serveCalls } from "../../process/serve-calls.ts";
import { keptChannel } from "../publish-contender.ts";

/** KEYS[1] stream or none, ARGV[1] pub/sub name, ARGV[2…] messages. */
const publish = createLuaScript(`
  for index = 2, #ARGV do
    if KEYS[1] then redis.call("XADD", KEYS[1], "MAXLEN", "100", "*", "b", ARGV[index]) end
    redis.call("PUBLISH", ARGV[1], ARGV[index])
  end`);

/**
 * Nothing is checked, remembered or counted. A lone message goes to Redis as the bytes that came; of several in one request each
 * must be found, so the body is parsed, and all leave in one script.
 */
const floorCalls = {
  async listen(options: { redisUrl: string }): Promise<{ port: number }> {
    const redis = new Redis(options.redisUrl);
    const send = (channel: string, messages: readonly (Buffer | string)[]) => {
      writeTogether(redis);
      const [message = ""] = messages;
      const keys = channel === keptChannel ? ["stream"] : [];
      if (keys.length === 0 && messages.length === 1) return redis.publish(channel, message);
      return publish.run(redis, keys, [channel, ...messages]);
    };
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
        const isMany = body[0] === "[".charCodeAt(0);
        const many = isMany ? (JSON.parse(body.toString()) as object[]).map((one) => JSON.stringify(one)) : [body];
        void send((request.url ?? "").slice(1), many).then(() => {
          response.writeHead(200, { "content-type": "application/json", "content-length": 2 }).end("{}");
        });
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { port: (server.address() as AddressInfo).port };
  },
};
export type FloorCalls = typeof floorCalls;

serveCalls(floorCalls);
