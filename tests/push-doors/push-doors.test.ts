import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { type CentrifugePeer, connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DoorHub, startDoorHub } from "./door-hub.ts";
import { textTrial } from "./text-trial.ts";

/** Three gateways, and only the last one has the doors. Sizes of the acceptance tests are run by `node tests/push-doors/run.ts`. */

let hub: DoorHub;
beforeAll(async () => {
  hub = await startDoorHub();
});
afterAll(() => hub?.close());

async function openTab(gateway: number, user: string, channel?: string): Promise<CentrifugePeer> {
  const peer = await connectPeer(hub.websocketUrl(gateway));
  await peer.call({ connect: { token: hub.token(user) } });
  if (channel !== undefined) await peer.call({ subscribe: { channel } });
  return peer;
}

/** The sender of the tutorial, as it stands there but for its port. */
const sender = (line: string) => `
$client = stream_socket_client('tcp://127.0.0.1:${hub.ownPorts.text}', $errno, $errmsg, 1, STREAM_CLIENT_CONNECT | STREAM_CLIENT_PERSISTENT);
$data = ${line};
fwrite($client, json_encode($data)."\\n");
echo fread($client, 8192);`;

async function php(code: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)("php", ["-r", code], { timeout: 20_000 });
  expect(stderr).toBe("");
  return stdout;
}

test("the tutorial's PHP reaches every tab of a user on every gateway, and is told `fail` once the last one is gone", async () => {
  const push = () => php(sender("array('uid'=>'uid1', 'percent'=>'88%')"));
  expect(await push()).toBe("fail\n");
  const tabs = await Promise.all([0, 1, 2, 0, 1].map((gateway) => openTab(gateway, "uid1")));
  expect(await push()).toBe("ok\n");
  for (const tab of tabs) {
    await eventually(() => expect(tab.frames.at(-1)).toContain('"data":{"uid":"uid1","percent":"88%"}'));
  }
  await Promise.all(tabs.splice(0, 2).map((tab) => tab.close()));
  const before = tabs.map(({ pushes }) => pushes.length);
  expect(await push()).toBe("ok\n");
  await eventually(() => expect(tabs.map(({ pushes }) => pushes.length)).toEqual(before.map((count) => count + 1)));
  // The one on the gateway with the door goes, and the others' gateways are killed: nobody is a ghost.
  await tabs[0]?.close();
  await Promise.all(hub.gateways.slice(0, 2).map((gateway) => gateway.kill()));
  await eventually(async () => expect(await push()).toBe("fail\n"), { timeoutMs: 10_000 });
  await Promise.all([hub.start("gateway"), hub.start("gateway")]).then(([first, second]) => {
    hub = { ...hub, gateways: [first, second, hub.withDoors] };
    hub = { ...hub, websocketUrl: (n = 0) => `ws://127.0.0.1:${hub.gateways[n]?.port}/connection/websocket` };
  });
});

test("of lines sent without a pause each is answered in its turn, and all for a user arrive in their order", async () => {
  const { wrong, firstWrong, lines, pushed, delivered } = await textTrial(hub, 20_000);
  expect({ wrong, firstWrong, lines }).toEqual({ wrong: 0, firstWrong: undefined, lines: 20_000 });
  expect(delivered).toBe(pushed);
});

test("a datagram goes to the class its fields name, on another gateway, and to no other", async () => {
  const [own, other] = [await openTab(0, "ann", "school:2:class:1"), await openTab(1, "ben", "school:3:class:1")];
  const socket = createSocket("udp4");
  socket.send('{"school_class_id":"1","school_id":"2","text":"下课"}', hub.ownPorts.udp, "127.0.0.1");
  await eventually(() =>
    expect(own.frames.at(-1)).toContain('"data":{"school_class_id":"1","school_id":"2","text":"下课"}'),
  );
  expect(other.frames.join("")).not.toContain("下课");
  socket.close();
  await Promise.all([own.close(), other.close()]);
});

/** Blocks of the page that are to be pasted. */
const page = readFileSync(new URL("../../docs/doors.md", import.meta.url), "utf8");
const blocks = Array.from(page.matchAll(/^```(php|sh)\n([\s\S]*?)^```/gm), ([, language = "", code = ""]) => ({
  language,
  code: code.replace(/^<\?php\n/, ""),
}));
const scripts = blocks.filter(({ language, code }) => language === "php" && /:(?:5678|6553)/.test(code));

test.each(scripts)("docs/doors.md: $code runs as pasted", async ({ code }) => {
  const tab = await openTab(1, "uid1", "school:2:class:1");
  const local = code.replaceAll(":5678", `:${hub.ownPorts.text}`).replaceAll(":6553", `:${hub.ownPorts.udp}`);
  const before = tab.pushes.length;
  expect(await php(local)).not.toMatch(/fail|false/);
  await eventually(() => expect(tab.pushes.length).toBeGreaterThan(before));
  await tab.close();
});

test("docs/doors.md: the lines for a shell push, and enqueue, as pasted", async () => {
  const lines = blocks.filter(({ language, code }) => language === "sh" && /\/push\?|处理脚本/.test(code));
  expect(lines).toHaveLength(2);
  const tab = await openTab(0, "uid1");
  const env = { PATH: process.env["PATH"], SWITCHYARD_API_KEY: hub.apiKey, SWITCHYARD_URL: hub.api.url };
  const script = lines.map(({ code }) => code).join("echo\n");
  const { stdout } = await promisify(execFile)("sh", ["-c", script], { env });
  const [pushed, task = ""] = stdout.trim().split("\n");
  expect(pushed).toBe("ok");
  await eventually(() => expect(tab.frames.at(-1)).toContain('"data":"hello"'));
  const { id } = JSON.parse(task) as { id: string };
  expect((await hub.get(`/v1/tasks/${id}`)).body).toMatchObject({ handler: "test", group: "1" });
  await tab.close();
});
