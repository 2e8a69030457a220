import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export interface SlowLine {
  readonly url: string;
  readonly close: () => void;
}

/** A browser waits for half a second by itself before it paints what it has. */
const apartMs = 1_500;

/** Brings a page of the hub in two pieces, and everything it asks for at once. */
export async function openSlowLine(origin: string, path: string): Promise<SlowLine> {
  const server = createServer(({ url = "" }, response) => void pass(url, response));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close: () => void server.close(),
  };

  async function pass(url: string, response: ServerResponse): Promise<void> {
    const found = await fetch(origin + url);
    const body = Buffer.from(await found.arrayBuffer());
    const type = found.headers.get("content-type") ?? "";
    response.writeHead(found.status, { "content-type": type, "content-length": body.length });
    const half = url === path ? body.length / 2 : 0;
    response.write(body.subarray(0, half));
    if (half > 0) await wait(apartMs);
    response.end(body.subarray(half));
  }
}
