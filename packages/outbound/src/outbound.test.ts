import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { createOutbound } from "./create-outbound.ts";
import { type Lookup, type OutboundOptions, OutboundRefused, type OutboundRequest } from "./outbound.ts";

/** A service on this machine; `http://callback.test:<port>` leads to it for whoever asks the resolver of the test alone. */
async function startService(answer: { status?: number; headers?: Record<string, string>; text?: string } = {}) {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, reply) => {
    seen.push(request.headers);
    reply.writeHead(answer.status ?? 200, answer.headers ?? {}).end(answer.text ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { seen, port };
}

const publicAddress = { address: "192.0.43.8", family: 4 };
const loopback = { address: "127.0.0.1", family: 4 };

function post(url: string, options: Partial<OutboundOptions> = {}, request: Partial<OutboundRequest> = {}) {
  const outbound = createOutbound({ secrets: ["secret"], allowedHosts: [], allowedPorts: [80, 443], ...options });
  return outbound.post({
    url: new URL(url),
    urlFrom: "producer",
    body: "{}",
    messageId: "t_1",
    signal: AbortSignal.timeout(5_000),
    replyMaxBytes: 1_000,
    ...request,
  });
}

test("the connection goes to the address that was judged, not to what the name leads to elsewhere or later", async () => {
  const { seen, port } = await startService();
  // The name resolves here only, and only once: a second question would be answered with nothing.
  const lookup = vi.fn<Lookup>().mockResolvedValueOnce([loopback]).mockResolvedValue([]);
  const reply = await post(`http://callback.test:${port}/`, { allowedHosts: ["callback.test"], lookup });
  expect(reply.status).toBe(200);
  expect(lookup.mock.calls).toEqual([["callback.test"]]);
  expect(seen).toMatchObject([{ host: `callback.test:${port}` }]);
});

test("when the first judged address does not answer the next one is tried", async () => {
  const { seen, port } = await startService();
  const lookup: Lookup = () => Promise.resolve([{ address: "::1", family: 6 }, loopback]);
  await post(`http://callback.test:${port}/`, { allowedHosts: ["callback.test"], lookup });
  expect(seen).toHaveLength(1);
});

test.each([
  ["private", [loopback]],
  ["private after a public one", [publicAddress, loopback]],
  ["private before a public one", [loopback, publicAddress]],
  ["private and IPv6 beside a public one", [publicAddress, { address: "fd00:ec2::254", family: 6 }]],
  ["IPv4 inside of IPv6", [{ address: "::ffff:127.0.0.1", family: 6 }]],
])("a name with an answer that is %s is refused and nothing is sent", async (_case, addresses) => {
  const { seen, port } = await startService();
  const refused = post(`http://callback.test:${port}/`, {
    allowedPorts: [port],
    lookup: () => Promise.resolve(addresses),
  });
  await expect(refused).rejects.toThrow(OutboundRefused);
  await expect(refused).rejects.toThrow("tasks.callback_allowed_hosts");
  expect(seen).toEqual([]);
});

test.each([
  ["127.0.0.1", "0x7f000001", "2130706433", "127.1", "0177.0.0.1", "localhost", "LOCALHOST", "[::1]"],
  ["[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[fd00:ec2::254]", "169.254.169.254", "168.63.129.16", "0.0.0.0", "[::]"],
])("%s and the others beside it are ways to this machine or its cloud and are refused", async (...hosts) => {
  for (const host of hosts) await expect(post(`http://${host}/`)).rejects.toThrow(OutboundRefused);
});

test.each(["http://example.com:22/", "https://example.com:6379/", "http://example.com:8080/"])(
  "%s is refused for its port before its name is looked up",
  async (url) => {
    const lookup = vi.fn<Lookup>();
    await expect(post(url, { lookup })).rejects.toThrow("tasks.callback_allowed_ports");
    expect(lookup).not.toHaveBeenCalled();
  },
);

test("a trusted host with a port is trusted at that port alone", async () => {
  const { seen, port } = await startService();
  await post(`http://127.0.0.1:${port}/`, { allowedHosts: [`127.0.0.1:${port}`] });
  await expect(post("http://127.0.0.1:1/", { allowedHosts: [`127.0.0.1:${port}`] })).rejects.toThrow(OutboundRefused);
  await expect(post("http://127.0.0.1/", { allowedHosts: [`127.0.0.1:${port}`] })).rejects.toThrow(OutboundRefused);
  expect(seen).toHaveLength(1);
});

test.each(["ftp://example.com/", "file:///etc/passwd", "http://user:pass@example.com/"])("%s is refused", (url) =>
  expect(post(url)).rejects.toThrow(OutboundRefused),
);

test("a redirect is an answer and leads nowhere", async () => {
  const secret = await startService();
  const { seen, port } = await startService({ status: 307, headers: { location: `http://127.0.0.1:${secret.port}/` } });
  expect(await post(`http://127.0.0.1:${port}/`, { allowedHosts: ["127.0.0.1"] })).toMatchObject({ status: 307 });
  expect(seen).toHaveLength(1);
  expect(secret.seen).toEqual([]);
});

test("a body is JSON and is told in bytes: every character of it arrives", async () => {
  const bodies: string[] = [];
  const server = createServer((request, reply) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      bodies.push(`${request.headers["content-type"]} ${body}`);
      reply.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await post(`http://127.0.0.1:${port}/`, { allowedHosts: ["127.0.0.1"] }, { body: '{"text":"語 🚉"}' });
  expect(bodies).toEqual(['application/json {"text":"語 🚉"}']);
});

test("a host that the settings name is trusted in any spelling, and found as the operating system finds it", async () => {
  const { seen, port } = await startService();
  await post(`http://localhost:${port}/`, { allowedHosts: ["LocalHost"] });
  expect(seen).toHaveLength(1);
});

test("a URL without a port is judged by the port of its scheme", async () => {
  const lookup: Lookup = () => Promise.reject(new Error("looked up"));
  for (const [url, allowedPorts] of [
    ["http://example.com/", [80]],
    ["https://example.com/", [443]],
  ] as const) {
    await expect(post(url, { lookup, allowedPorts })).rejects.toThrow("looked up");
  }
  for (const [url, allowedPorts] of [
    ["http://example.com/", [443]],
    ["https://example.com/", [80]],
  ] as const) {
    await expect(post(url, { lookup, allowedPorts })).rejects.toThrow("tasks.callback_allowed_ports");
  }
});

test("a request ends when its signal says so, however long the service thinks", async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const controller = new AbortController();
  const asked = new Promise((resolve) => server.once("request", resolve));
  const sending = post(`http://127.0.0.1:${port}/`, { allowedHosts: ["127.0.0.1"] }, { signal: controller.signal });
  await asked;
  controller.abort();
  await expect(sending).rejects.toThrow(/abort/i);
});

test("an answer over its bound is an error, and one that is not wanted is not read", async () => {
  const { port } = await startService({ text: "x".repeat(1_001) });
  const allowed = { allowedHosts: ["127.0.0.1"] };
  await expect(post(`http://127.0.0.1:${port}/`, allowed)).rejects.toThrow("1000 bytes");
  expect(await post(`http://127.0.0.1:${port}/`, allowed, { replyMaxBytes: 0 })).toEqual({ status: 200, text: "" });
});
