import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Refusal } from "../entrance/entrance.ts";
import { acceptStreams } from "./accept-streams.ts";

const openingMaxBytes = 10;

/** A port that answers with the opening, and what became of the places that requests have taken. */
async function listen(refusedMeanwhile?: Refusal) {
  const places = { givenBack: 0, refused: [] as number[] };
  const handle = acceptStreams({
    mediaTypes: ["application/json"],
    openingMaxBytes,
    judge: (_, misshapen) => misshapen,
    judgeAgain: () => refusedMeanwhile,
    giveBack: () => void places.givenBack++,
    accept: ({ response, opening }) => response.end(opening),
    onRefused: (status) => void places.refused.push(status),
  });
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { places, post: (headers: Record<string, string>, body?: string) => post(port, headers, body) };
}

/** The body comes in chunks where its length is not said; left out, it never comes. */
function post(port: number, headers: Record<string, string>, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { port, method: "POST", agent: false, headers: { "content-type": "application/json", ...headers } };
    const sent = request(options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        resolve(`${response.statusCode} ${text}`);
        sent.destroy();
      });
    });
    sent.on("error", reject);
    sent.flushHeaders();
    if (body !== undefined) sent.end(body);
  });
}

const chunked = { "transfer-encoding": "chunked" };

test("an opening within the bound becomes a stream, and keeps its place", async () => {
  const { places, post: ask } = await listen();
  expect(await ask(chunked, "x".repeat(openingMaxBytes))).toBe("200 xxxxxxxxxx");
  expect(places).toEqual({ givenBack: 0, refused: [] });
});

test("one byte more is refused when it comes, and the place is given back", async () => {
  const { places, post: ask } = await listen();
  expect(await ask(chunked, "x".repeat(openingMaxBytes + 1))).toMatch(/^413 .*larger than 10 bytes/);
  expect(places).toEqual({ givenBack: 1, refused: [413] });
});

test("a body that says that it is too large is refused before it comes", async () => {
  const { places, post: ask } = await listen();
  expect(await ask({ "content-length": String(openingMaxBytes + 1) })).toMatch(/^413 /);
  expect(places).toEqual({ givenBack: 1, refused: [413] });
});

test("who is refused between head and body is told so, and the place is given back", async () => {
  const { places, post: ask } = await listen({ status: 503, reason: "it stops" });
  expect(await ask(chunked, "x")).toMatch(/^503 .*it stops/);
  expect(places).toEqual({ givenBack: 1, refused: [503] });
});

test.each([{ "content-encoding": "gzip" }, { "content-type": "application/json; charset=utf-16" }])(
  "a body that says that it is not plain UTF-8 is refused before it comes: %j",
  async (headers) => {
    const { places, post: ask } = await listen();
    expect(await ask({ ...chunked, ...headers })).toMatch(/^415 /);
    expect(places).toEqual({ givenBack: 1, refused: [415] });
  },
);

test("a body that says that nothing was done to it is taken", async () => {
  const { post: ask } = await listen();
  expect(await ask({ ...chunked, "content-encoding": "identity" }, "x")).toBe("200 x");
});
