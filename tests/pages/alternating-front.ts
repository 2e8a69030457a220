import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

/** One address in front of several apis, as a load balancer is that knows nothing of pages: each request goes to the next of them. */
export interface AlternatingFront {
  readonly origin: string;
  /** From now on. */
  sendTo(...apis: readonly string[]): void;
  close(): void;
}

export async function openAlternatingFront(...first: readonly string[]): Promise<AlternatingFront> {
  let apis = first;
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    const { hostname, port } = new URL(apis[turn++ % apis.length] ?? "");
    const { method, url, headers } = incoming;
    const passed = request({ hostname, port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sendTo(...next) {
      apis = next;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
