import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface ServiceRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** The body as it came. */
  readonly text: string;
  /** Whether one of the signatures is right for this secret. */
  isSignedWith(secret: string): boolean;
}

/** Somebody's HTTP service on this machine, which answers as it is told; for tests of what is sent out. */
export async function startService(
  answer: (
    request: ServiceRequest,
  ) => { status: number; text?: string | Buffer; headers?: Readonly<Record<string, string>> } | undefined,
) {
  const requests: ServiceRequest[] = [];
  const server = createServer((incoming, reply) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const request: ServiceRequest = {
        path: incoming.url ?? "",
        headers: incoming.headers,
        body: JSON.parse(text),
        text,
        isSignedWith(secret) {
          const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature } = incoming.headers;
          const signed = `${String(id)}.${String(timestamp)}.${text}`;
          const expected = `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`;
          return String(signature).split(" ").includes(expected);
        },
      };
      requests.push(request);
      const told = answer(request);
      // Undefined: never answers.
      if (told === undefined) return;
      reply.writeHead(told.status, { location: "http://127.0.0.1:1/", ...told.headers }).end(told.text ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    requests,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
