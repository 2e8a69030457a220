import { brokenServers, startBrokenServer } from "@switchyard/testkit/broken-servers";
import { runWebSocketCase } from "@switchyard/testkit/run-websocket-case";
import { isFullCatalogue, sectionOf, websocketCatalogue } from "@switchyard/testkit/websocket-catalogue";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEchoGateway, type EchoGateway } from "./testing/echo-gateway.ts";

/** What a line speaks in is agreed when it opens; a message of the other kind is taken all the same, and answered in that. */
const binary = "text";
const largestBytes = 16 * 1_024 * 1_024;

const cases = websocketCatalogue({ binary });
const sections = Map.groupBy(cases, sectionOf);
const options = { joinsText: true, timeoutMs: isFullCatalogue ? 60_000 : 5_000 };

let gateway: EchoGateway;
beforeAll(async () => {
  gateway = await startEchoGateway(largestBytes);
});
afterAll(() => gateway?.close());

/** Each case that is not as it must be, with its problems. */
async function failures(section: string, port: number): Promise<string[]> {
  const found: string[] = [];
  for (const one of sections.get(section) ?? []) {
    const problems = await runWebSocketCase(one, { port, ...options });
    if (problems.length > 0) found.push(`${one.id} ${one.says}: ${problems.join("; ")}`);
  }
  return found;
}

test.each([...sections.keys()])(
  "the transport is right in every case of section %s",
  { timeout: 600_000 },
  async (section) => {
    expect(await failures(section, gateway.port)).toEqual([]);
  },
);

test("the catalogue has all sections there are, and no number twice", () => {
  expect([...sections.keys()].map(Number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 9, 10]);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  expect(cases.length).toBeGreaterThan(300);
});

describe("a server with a fault is found out", () => {
  const trials = brokenServers.flatMap((broken) => broken.sections.map((section) => ({ broken, section })));
  test.each(trials)("by section $section: $broken.says", async ({ broken, section }) => {
    const server = await startBrokenServer(broken, gateway.port);
    let found = 0;
    for (const one of sections.get(section) ?? []) {
      const problems = await runWebSocketCase(one, { port: server.port, joinsText: true, timeoutMs: 200 });
      if (problems.length > 0) found++;
      if (found > 0) break;
    }
    server.close();
    expect(found).toBeGreaterThan(0);
  });

  test("one without a fault is not", async () => {
    const server = await startBrokenServer({ says: "nothing wrong", sections: [] }, gateway.port);
    for (const section of ["1", "2", "3", "4", "5", "7", "10"])
      expect(await failures(section, server.port)).toEqual([]);
    server.close();
  });

  test("every section finds at least one", () => {
    expect(new Set(brokenServers.flatMap((broken) => broken.sections))).toEqual(new Set(sections.keys()));
  });
});
