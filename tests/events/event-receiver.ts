import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ToldBody, ToldEvent } from "./told-event.ts";

/** A service that is told of events: it checks signatures, and may be made to fail. */
export interface EventReceiver {
  readonly url: string;
  /** What was taken, in the order in which it came; requests that came again are in it once. */
  readonly told: readonly ToldEvent[];
  /** Of what was taken. */
  readonly bodies: readonly ToldBody[];
  /** Requests by their `webhook-id`, and the different bodies each had. */
  readonly requests: ReadonlyMap<string, { count: number; readonly bodies: Set<string> }>;
  /** Requests whose signature was none of the secret's. */
  readonly unsigned: number;
  /** What it answers from now on. */
  status: number;
  close(): Promise<void>;
}

/** @param secret undefined: signatures are not looked at */
export async function startEventReceiver(secret?: string): Promise<EventReceiver> {
  const told: ToldEvent[] = [];
  const bodies: ToldBody[] = [];
  const requests = new Map<string, { count: number; readonly bodies: Set<string> }>();
  const taken = new Set<string>();
  const state = { status: 200, unsigned: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const header = (name: string) => request.headersDistinct[name]?.[0] ?? "";
      const id = header("webhook-id");
      if (
        secret !== undefined &&
        !isSigned(secret, `${id}.${header("webhook-timestamp")}.${body}`, header("webhook-signature"))
      )
        state.unsigned++;
      const known = requests.get(id) ?? { count: 0, bodies: new Set<string>() };
      known.count++;
      known.bodies.add(body);
      requests.set(id, known);
      if (state.status === 200 && !taken.has(id)) {
        taken.add(id);
        const read = JSON.parse(body) as ToldBody;
        bodies.push(read);
        told.push(...read.data.events);
      }
      response.writeHead(state.status).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/events`,
    told,
    bodies,
    requests,
    get unsigned() {
      return state.unsigned;
    },
    get status() {
      return state.status;
    },
    set status(status) {
      state.status = status;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function isSigned(secret: string, text: string, signatures: string): boolean {
  const key = secret.startsWith("whsec_") ? Buffer.from(secret.slice(6), "base64") : secret;
  return signatures.split(" ").includes(`v1,${createHmac("sha256", key).update(text).digest("base64")}`);
}
