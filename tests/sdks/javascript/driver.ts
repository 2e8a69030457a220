import { createInterface } from "node:readline";
import type * as sdk from "centrifuge";
import { WebSocket } from "ws";

/** The npm package, either of its builds, as tests/sdks drives it; sdk-driver.ts says what the lines mean. */
interface Command {
  readonly id: number;
  readonly do: string;
  readonly channel: string;
  readonly url: string;
  readonly token: string;
  readonly data: unknown;
  readonly limit: number;
}

/** `allowSynchronousEvents: false` hands out one frame per turn, as browsers do: the SDK mixes up two that come within one. */
class OneFramePerTurn extends WebSocket {
  constructor(url: string, protocols: string | string[]) {
    super(url, protocols, { allowSynchronousEvents: false });
  }
}

const isStream = process.argv[2] === "http_stream";
const isProtobuf = process.argv[3] === "protobuf";
const askedTokens: ((token: string) => void)[] = [];
const say = (line: object) => void process.stdout.write(`${JSON.stringify(line)}\n`);
const sent = (value: unknown) => (isProtobuf ? Buffer.from(JSON.stringify(value)) : value);
const heard = (data: unknown): unknown => (isProtobuf ? JSON.parse(Buffer.from(data as Uint8Array).toString()) : data);
/** Offsets of the Protobuf build are objects of 64 bits. */
const plain = ({ data, offset }: sdk.PublicationContext) => ({ data: heard(data), offset: Number(offset) });

async function getToken(): Promise<string> {
  say({ event: "token" });
  const token = await new Promise<string>((resolve) => askedTokens.push(resolve));
  if (token === "") throw new UnauthorizedError("no more");
  return token;
}

// The Protobuf build has the interface of the other one, and classes of its own.
const build = isProtobuf ? "centrifuge/build/protobuf" : "centrifuge";
const { Centrifuge, UnauthorizedError } = (await import(build)) as typeof sdk;
const lines = { websocket: OneFramePerTurn, fetch, readableStream: ReadableStream };
let client: InstanceType<typeof Centrifuge>;

/** Where clients of streams say something. */
const emulationOf = (url: string) => `http://${new URL(url).host}/emulation`;

/** The same gateway without a WebSocket. */
function streamOf(url: string): sdk.TransportEndpoint[] {
  const endpoint = url.replace("ws:", "http:").replace("websocket", "http_stream");
  return [{ transport: "http_stream", endpoint }];
}

function connect({ url, token }: Command): void {
  client = new Centrifuge(isStream ? streamOf(url) : url, {
    ...lines,
    emulationEndpoint: emulationOf(url),
    token,
    getToken,
  });
  client.on("connected", () => say({ event: "connected" }));
  client.on("connecting", ({ code }) => say({ event: "connecting", code }));
  client.on("disconnected", ({ code }) => say({ event: "disconnected", code }));
  client.connect();
}

function subscribe(channel: string): void {
  const subscription = client.newSubscription(channel);
  subscription.on("subscribed", ({ wasRecovering, recovered }) =>
    say({ event: "subscribed", wasRecovering, recovered }),
  );
  subscription.on("publication", (publication) => say({ event: "publication", ...plain(publication) }));
  subscription.subscribe();
}

const actions: Readonly<Record<string, (command: Command) => unknown>> = {
  token: ({ token }) => askedTokens.shift()?.(token),
  connect,
  subscribe: ({ channel }) => subscribe(channel),
  publish: ({ channel, data }) => client.publish(channel, sent(data)),
  async history({ channel, limit }) {
    const { publications } = await client.history(channel, { limit });
    return publications.map(plain);
  },
  async presence({ channel }) {
    return Object.values((await client.presence(channel)).clients).map(({ user }) => user);
  },
};

async function answer(command: Command): Promise<void> {
  try {
    const result = await actions[command.do]?.(command);
    say({ id: command.id, result: result ?? null });
  } catch (error) {
    const { code = 0, message } = error as { code?: number; message: string };
    say({ id: command.id, error: { code, message } });
  }
}

say({ event: "ready" });
createInterface({ input: process.stdin })
  .on("line", (line) => void answer(JSON.parse(line) as Command))
  .on("close", () => process.exit());
