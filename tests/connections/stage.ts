import { connectPeer, type CentrifugePeer } from "@switchyard/testkit/centrifuge-peer";
import { eventually } from "@switchyard/testkit/eventually";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { expect } from "vitest";
import { keys } from "../doors/pusher-app.ts";

/** Two gateways, with tabs and pages of tutorials on them. */
export interface Stage {
  readonly hub: Hub;
  /** A connection of the user, which is in. */
  tab(gateway: number, user: string, claims?: object): Promise<Tab>;
  /** The reply of connect, or how the connection was closed. */
  outcomeOf(gateway: number, token: string): Promise<unknown>;
  /** Every connection since the last {@link closeTabs}. */
  readonly tabs: readonly CentrifugePeer[];
  closeTabs(): Promise<void>;
  plainUrl(gateway: number): string;
  /** With the API key; a text is sent as it is. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: Answer }>;
  /** The body, once it looks like this: the index is a moment behind. */
  eventuallyGet(path: string, expected: object): Promise<Answer>;
}

export interface Tab extends CentrifugePeer {
  readonly client: string;
}

/** What tests look into; a real answer has some of it. */
export interface Answer {
  readonly connections: readonly { readonly client: string; readonly door: string; readonly node: string }[];
  readonly cursor: string | null;
  readonly lastSeenAtMs: number;
  readonly result: object;
  readonly error: object;
}

const settings = {
  plain: { enabled: true, trust_uid: true },
  channel: { namespaces: [{ name: "news", allow_subscribe_for_client: true }, { name: "vip" }, { name: "shop" }] },
  pusher: { apps: [{ id: "1", ...keys, namespace: "shop" }] },
};

export async function startStage(): Promise<Stage> {
  const hub = await startHub({ gateways: 2, workers: 0, settings });
  const tabs: CentrifugePeer[] = [];

  async function open(gateway: number): Promise<CentrifugePeer> {
    const peer = await connectPeer(hub.websocketUrl(gateway));
    tabs.push(peer);
    return peer;
  }

  async function call(method: string, path: string, body?: unknown) {
    const response = await fetch(hub.api.url + path, {
      method,
      headers: { "x-api-key": hub.apiKey, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answer };
  }

  return {
    hub,
    tabs,
    call,
    async tab(gateway, user, claims = {}) {
      const peer = await open(gateway);
      const { connect } = await peer.call({ connect: { token: hub.token(user, { ...claims }), name: "js" } });
      return { ...peer, client: (connect as { client: string }).client };
    },
    async outcomeOf(gateway, token) {
      const peer = await open(gateway);
      const reply = peer.call({ connect: { token } });
      reply.catch(() => undefined);
      return Promise.race([reply, peer.closed]);
    },
    closeTabs: async () => void (await Promise.all(tabs.splice(0).map((peer) => peer.close()))),
    plainUrl: (gateway) => `ws://127.0.0.1:${hub.gateways[gateway]?.port}/connection/plain`,
    eventuallyGet: (path, expected) =>
      eventually(async () => {
        const { body } = await call("GET", path);
        expect(body).toMatchObject(expected);
        return body;
      }),
  };
}

let last = 0;
export const freshUser = () => `user-${++last}`;
export const nowSeconds = () => Math.floor(Date.now() / 1_000);
