import { mutateBytes, pick, randomBytes } from "@switchyard/testkit/mutate-bytes";
import { wireBytes, wireField } from "@switchyard/testkit/protobuf-writer";
import { strangeValues } from "@switchyard/testkit/strange-values";
import type { Door, Scene } from "../door.ts";
import { heardInTime } from "../heard-in-time.ts";
import { openResponse } from "../response-ear.ts";
import { RequestLine, type StrangeRequest } from "../send-request.ts";
import { json, protobuf, type Tongue } from "../tongue.ts";

const perConnection = 60;
/** A frame ends its line once in a while, and what is sent up then is for nobody. */
const perAnswer = 6;

/** Clients without a WebSocket: a stream of either form down, and requests beside it up, right ones and others. */
export const streams: Door = {
  name: "streams",
  share: 6,
  attackers: 3,
  async attack(scene, quota) {
    const uplinks = new RequestLine(scene.hub.gateways[0]?.port ?? 0);
    for (let left = quota; left > 0 && !scene.hub.isOver;) {
      if (scene.random() < 0.3) left -= await openStrangely(scene);
      else left -= await speak(scene, uplinks, Math.min(left, perConnection));
    }
    uplinks.close();
  },
};

interface StreamKind {
  readonly tongue: Tongue;
  /** A stream that begins with these commands. */
  readonly request: (opening: Buffer) => StrangeRequest;
}

function posted(path: string, tongue: Tongue): StreamKind {
  return {
    tongue,
    request: (body) => ({ method: "POST", path, headers: { "content-type": tongue.mediaType }, body }),
  };
}

const kinds: readonly StreamKind[] = [
  posted("/connection/http_stream", json),
  posted("/connection/http_stream", protobuf),
  posted("/connection/sse", json),
  {
    tongue: json,
    request: (opening) => ({
      method: "GET",
      path: `/connection/sse?cf_connect=${encodeURIComponent(opening.toString("latin1"))}`,
      headers: {},
    }),
  },
];

/** A stream that is opened as it should be, and what no decent client sends up. @returns how many cases that were */
async function speak(scene: Scene, uplinks: RequestLine, cases: number): Promise<number> {
  const { hub, random, attacker, tally } = scene;
  const { tongue, request } = pick(kinds, random);
  const opened = await openResponse(
    hub.gateways[0]?.port ?? 0,
    request(tongue.connect(1, hub.token(`fuzz${attacker}`))),
  );
  if (typeof opened === "string") {
    tally.fault(`a stream that is asked for as it should be is answered by ${opened}`);
    tally.add(opened);
    return 1;
  }
  const isConnected = { what: "connect", isIn: (text: string) => tongue.addressIn(text) !== undefined };
  await heardInTime(opened, isConnected, tally);
  const address = tongue.addressIn(opened.received);
  if (address === undefined)
    tally.fault(`a stream is told no session: ${opened.status} ${opened.received.slice(0, 200)}`);
  const nextCommand = tongue.fuzzer(random);
  let done = 0;
  for (let id = 2; address !== undefined && done < cases && !opened.hasEnded; id += perAnswer * 2 + 1) {
    for (let index = 0; index < perAnswer && !opened.hasEnded; index++, done++) {
      const commands = [nextCommand(id + index * 2), ...(random() < 0.3 ? [nextCommand(id + index * 2 + 1)] : [])];
      await sendUp(scene, uplinks, strangeUplink({ tongue, address, frame: joined(tongue, commands) }, random));
    }
    // One that is right behind them: it is answered when all before it are, or the stream is over.
    const last = id + perAnswer * 2;
    await sendUp(scene, uplinks, uplink({ tongue, address, frame: tongue.ask(last) }));
    const answer = { what: `uplink ${last}`, isIn: (text: string) => tongue.isAnswered(text, last) };
    tally.add((await heardInTime(opened, answer, tally)) ? "answered" : "ended");
    done += 2;
  }
  opened.drop();
  return Math.max(1, done);
}

async function sendUp({ tally }: Scene, uplinks: RequestLine, request: StrangeRequest): Promise<void> {
  const answer = await uplinks.send(request);
  const status = typeof answer === "string" ? answer : answer.status;
  tally.add(`uplink ${status}`);
  if (status === "no answer" || (typeof answer !== "string" && answer.status >= 500)) {
    tally.fault(
      `${status} to an uplink ${request.body?.toString("latin1").slice(0, 300)}: ${typeof answer === "string" ? "" : answer.text}`,
    );
  }
}

function joined({ between }: Tongue, commands: readonly Buffer[]): Buffer {
  return Buffer.concat(commands.flatMap((command, index) => (index === 0 ? [command] : [between, command])));
}

interface Uplink {
  readonly tongue: Tongue;
  readonly address: { readonly session: string; readonly node: string };
  readonly frame: Buffer;
}

function uplink({ tongue, address: { session, node }, frame }: Uplink): StrangeRequest {
  const headers = { "content-type": tongue.mediaType };
  const body =
    tongue === json
      ? Buffer.from(JSON.stringify({ session, node, data: frame.toString() }))
      : Buffer.concat([
          wireField(1, wireBytes(node)),
          wireField(2, wireBytes(session)),
          wireField(3, wireBytes(frame)),
        ]);
  return { method: "POST", path: "/emulation", headers, body };
}

const nobody = "00000000-0000-4000-8000-000000000000";
const names = ["", nobody, "*", "x".repeat(300), "\u0000", "__proto__", "é", "\n"];

function strangeUplink(right: Uplink, random: () => number): StrangeRequest {
  const dice = random();
  if (dice < 0.04) return uplink({ ...right, address: { ...right.address, session: pick(names, random) } });
  if (dice < 0.08) return uplink({ ...right, address: { ...right.address, node: pick(names, random) } });
  const whole = uplink(right);
  if (dice < 0.11) return { ...whole, body: mutateBytes(Buffer.from(whole.body ?? ""), random) };
  if (dice < 0.13) return { ...whole, body: Buffer.from(`{"session":${pick(strangeValues, random)},"data":1}`) };
  if (dice < 0.15)
    return { ...whole, headers: { "content-type": pick(["", "text/plain", "application/json", "a/b"], random) } };
  return dice < 0.16 ? { ...whole, method: pick(["GET", "PUT", "OPTIONS", "HEAD"], random) } : whole;
}

/** A stream is asked for as it should not be: it is refused, or begins. */
async function openStrangely({ hub, random, tally }: Scene): Promise<number> {
  const { tongue, request } = pick(kinds, random);
  const asked = request(strangeOpening(tongue, hub.token("fuzz"), random));
  const strange = {
    ...asked,
    method: random() < 0.9 ? asked.method : pick(["GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE"], random),
    headers: { ...asked.headers, ...(random() < 0.3 ? pick(strangeHeaders, random) : {}) },
  };
  const opened = await openResponse(hub.gateways[0]?.port ?? 0, strange);
  const status = typeof opened === "string" ? opened : opened.status;
  tally.add(`opened ${status}`);
  const isFailure = typeof opened !== "string" && opened.status >= 500;
  if (status === "no answer" || isFailure) tally.fault(`${status} to ${strange.method} ${strange.path.slice(0, 300)}`);
  if (typeof opened !== "string") opened.drop();
  return 1;
}

const strangeHeaders: readonly Readonly<Record<string, string>>[] = [
  { "content-type": "text/plain" },
  { "content-type": "application/octet-stream" },
  { "content-type": "application/json; charset=utf-16" },
  { "content-encoding": "gzip" },
  { origin: "http://x.example" },
  { origin: "null" },
  { expect: "200-maybe" },
  { te: "trailers" },
  { "x-forwarded-for": "::1, a" },
  { "access-control-request-headers": "a".repeat(500) },
];

function strangeOpening(tongue: Tongue, token: string, random: () => number): Buffer {
  const dice = random();
  if (dice < 0.1) return Buffer.alloc(0);
  if (dice < 0.3) return randomBytes(200, random);
  const connect = tongue.connect(1, random() < 0.7 ? token : "a.b.c");
  if (dice < 0.5) return mutateBytes(connect, random);
  if (dice < 0.55) return Buffer.alloc(70_000, "x");
  const commands = Array.from({ length: 3 }, (_, index) => tongue.fuzzer(random)(2 + index));
  return joined(tongue, dice < 0.8 ? [connect, ...commands] : commands);
}
