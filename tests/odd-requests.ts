import { once } from "node:events";
import { connect } from "node:net";

/** Begins a request and goes away in the middle of its body: nothing that a server may stop for. Resolves when the connection is over. */
export async function hangUp(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  await new Promise((written) => socket.write(headOf({ "content-length": "100" }, "{"), written));
  socket.resetAndDestroy();
  if (!socket.closed) await once(socket, "close");
}

/** Headers of webhooks that nobody has signed, in the bytes that a client library would not send. */
export const forgedHeaders: readonly Readonly<Record<string, string>>[] = [
  { "webhook-timestamp": "1", "webhook-signature": "vé" },
  { "webhook-timestamp": "²", "webhook-signature": "v1,x" },
  { "webhook-timestamp": "9".repeat(5_000), "webhook-signature": "v1,x" },
  { "webhook-timestamp": "soon", "webhook-signature": "" },
  { "webhook-timestamp": "-1", "webhook-signature": "v1," },
  { "webhook-timestamp": "NOW", "webhook-signature": "é", "webhook-id": "ÿ" },
  { "webhook-timestamp": "NOW", "webhook-signature": "v1,é v1 , ,v1," },
  {},
];

/** Sends `{}` under these headers, byte for byte. @returns the status; 0: the connection ended without one */
export async function statusOf(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  const now = String(Math.floor(Date.now() / 1_000));
  const filled = Object.entries(headers).map(([name, value]) => [name, value.replace("NOW", now)]);
  socket.end(headOf({ ...Object.fromEntries(filled), "content-length": "2", connection: "close" }, "{}"));
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return Number(/^HTTP\/1\.[01] (\d+)/.exec(answer)?.[1] ?? 0);
}

function headOf(headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries({ host: "localhost", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST / HTTP/1.1\r\n${lines.join("")}\r\n${body}`, "latin1");
}
