import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Contacts } from "../contacts.ts";

export interface ContactsService {
  /** With `{user}`. */
  readonly url: string;
  /** Endpoints of browsers that were said to be gone. */
  readonly forgotten: readonly string[];
  close(): Promise<void>;
}

/** An application that knows how its users can be reached; for tests of handlers. */
export async function startContacts(contacts: Readonly<Record<string, Contacts>>): Promise<ContactsService> {
  const forgotten: string[] = [];
  const server = createServer((request, reply) => {
    const found = contacts[decodeURIComponent((request.url ?? "").slice(1))];
    if (request.method === "DELETE") {
      request.on("data", (chunk: Buffer) =>
        forgotten.push((JSON.parse(chunk.toString()) as { endpoint: string }).endpoint),
      );
      request.on("end", () => reply.writeHead(204).end());
      return;
    }
    reply.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
    reply.end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    forgotten,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/{user}`,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
