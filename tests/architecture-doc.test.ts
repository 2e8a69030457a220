import { existsSync, globSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { AppProcess } from "@switchyard/testkit/app-process";
import { connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { openNodeInspector, type NodeInspector } from "@switchyard/testkit/node-inspector";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const text = readFileSync(`${root}ARCHITECTURE.md`, "utf8");
const hopsMax = 20;

let hub: Hub;
beforeAll(async () => {
  hub = await startHub({
    gateways: 1,
    workers: 0,
    env: { NODE_OPTIONS: "--inspect=127.0.0.1:0" },
    settings: {
      channel: {
        namespaces: [{ name: "news", history_size: 10, history_ttl: "60s", allow_subscribe_for_client: true }],
      },
    },
  });
});
afterAll(() => hub?.close());

/** Paths in backticks below a heading, up to the next one. */
function pathsBelow(heading: string): string[] {
  const [, section] = text.split(`\n${heading}\n`);
  if (section === undefined) throw new Error(`ARCHITECTURE.md has no heading ${heading}`);
  return [...(section.split("\n#")[0] ?? "").matchAll(/`((?:apps|packages)\/[^` ]+\.(?:ts|lua))`/g)].map(
    ([, path = ""]) => path,
  );
}

test("every path ARCHITECTURE.md names is there", () => {
  const named = [...text.matchAll(/`((?:apps|packages|docs|tests|benches|infra)\/[^` ]*)`|\]\(([^)#]+)/g)];
  const paths = named.map(([, code, link]) => code ?? link ?? "").filter((path) => !path.startsWith("http"));
  expect(paths.length).toBeGreaterThan(40);
  expect(paths.filter((path) => !existsSync(root + path) && globSync(path, { cwd: root }).length === 0)).toEqual([]);
});

test("ARCHITECTURE.md names every room of the gateway", () => {
  const files = globSync("apps/gateway/src/*/**/*.ts", { cwd: root });
  const rooms = new Set(files.map((path) => path.split("/")[3] ?? ""));
  expect(rooms.size).toBeGreaterThan(5);
  expect([...rooms].filter((room) => !text.includes(`| \`${room}/\``))).toEqual([]);
});

test(`a publication is handed on over ${hopsMax} files at most`, () => {
  const walk = pathsBelow("### The walk");
  expect(walk.length).toBeGreaterThan(10);
  expect(walk.length).toBeLessThanOrEqual(hopsMax);
});

test("what runs for a publication, from the request to the socket, is what ARCHITECTURE.md names", async () => {
  const channel = "news:walk";
  const peer = await connectPeer(hub.websocketUrl());
  await peer.call({ connect: { token: hub.token("reader") } });
  await peer.call({ subscribe: { channel } });
  let count = 0;
  const publish = async () => {
    expect(await hub.post("/api/publish", { channel, data: { n: ++count } })).toMatchObject({ status: 200 });
    await eventually(() => expect(peer.pushes).toHaveLength(count));
  };
  const inspectors = await Promise.all([hub.api, ...hub.gateways].map(inspect));
  const rounds: Set<string>[] = [];
  let longestMs = 0;
  for (let round = 0; round < 5; round++) {
    const beganMs = performance.now();
    rounds.push(await filesOf(inspectors, publish));
    longestMs = Math.max(longestMs, performance.now() - beganMs);
  }
  // A timer that ran in every round runs in twice the time of the longest one, too.
  const idle = await filesOf(inspectors, () => wait(2 * longestMs));
  for (const inspector of inspectors) inspector.close();
  await peer.close();
  const ran = rounds.reduce((common, files) => common.intersection(files));
  // The inspector does not see into Redis.
  const handling = [...pathsBelow("### The walk"), ...pathsBelow("### What is asked on the way")].filter(
    (path) => !path.endsWith(".lua"),
  );
  expect(handling.filter((path) => !ran.has(path))).toEqual([]);
  // Some of the way in comes behind the answer, and so in some rounds only.
  const named = new Set([...handling, ...pathsBelow("### The way in")]);
  expect([...ran].filter((path) => !named.has(path) && !idle.has(path))).toEqual([]);
});

async function filesOf(inspectors: readonly NodeInspector[], publish: () => Promise<void>): Promise<Set<string>> {
  const urls = new Set<string>();
  // One inside the other, so that all of them see the one publication.
  const watched = inspectors.reduce(
    (run, inspector) => async () => {
      for (const url of await inspector.filesCalledDuring(run)) urls.add(url);
    },
    publish,
  );
  await watched();
  const paths = Array.from(urls, (url) => (url.startsWith("file:") ? fileURLToPath(url) : url));
  const ours = paths.filter((path) => path.startsWith(root) && !path.includes("/node_modules/"));
  return new Set(ours.map((path) => path.slice(root.length)));
}

function inspect({ log }: AppProcess): Promise<NodeInspector> {
  const port = /ws:\/\/127\.0\.0\.1:(\d+)\//.exec(log.join("\n"))?.[1];
  return openNodeInspector(Number(port));
}
