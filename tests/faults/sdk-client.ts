import type { LedgerClient } from "@switchyard/testkit/ledger-client";
import type { Carrier } from "@switchyard/testkit/lean-line";
import { ledgerNow } from "@switchyard/testkit/ledger-record";
import type { Ledger } from "@switchyard/testkit/ledger";
import { fetchLineByLine, OneEventPerTurn } from "@switchyard/testkit/turn-by-turn";
import { Centrifuge, type Subscription } from "centrifuge";
import { WebSocket } from "ws";

/**
 * `allowSynchronousEvents: false` hands out one frame per turn, as browsers do: the SDK (5.7.4) mixes up two frames that come
 * within one.
 */
class OneFramePerTurn extends WebSocket {
  constructor(url: string, protocols: string | string[]) {
    super(url, protocols, { allowSynchronousEvents: false, perMessageDeflate: false });
  }
}

export interface SdkClientOptions {
  readonly id: string;
  /** Of the hub's WebSockets. */
  readonly url: string;
  readonly carrier?: Carrier;
  readonly token: string;
  readonly channels: readonly string[];
  readonly ledger: Ledger;
  /** Where the SDK goes for a new token when the old one expires. */
  readonly getToken?: () => Promise<string>;
}

/** The SDK as it comes from npm, with its default delays, writing down what it tells the application. */
export function createSdkClient(options: SdkClientOptions): LedgerClient {
  const { id, url, token, channels, ledger, getToken, carrier = "websocket" } = options;
  const origin = `http://${new URL(url).host}`;
  const endpoint = carrier === "websocket" ? url : `${origin}/connection/${carrier}`;
  const sdk = new Centrifuge([{ transport: carrier, endpoint }], {
    websocket: OneFramePerTurn,
    eventsource: OneEventPerTurn,
    fetch: fetchLineByLine,
    emulationEndpoint: `${origin}/emulation`,
    token,
    ...(getToken === undefined ? {} : { getToken }),
  });
  const positions = new Map<string, { epoch: string; offset: number }>();
  const subscriptions = channels.map((channel) =>
    recordSubscription(sdk.newSubscription(channel), { client: id, channel, ledger, positions }),
  );
  let isConnected = false;
  sdk.on("connected", () => {
    isConnected = true;
    ledger.write({ kind: "opened", client: id, ts: ledgerNow() });
  });
  const closed = ({ code, reason }: { code: number; reason: string }) => {
    if (!isConnected) return;
    isConnected = false;
    ledger.write({ kind: "closed", client: id, ts: ledgerNow(), code, reason });
  };
  sdk.on("connecting", closed).on("disconnected", closed);
  return {
    id,
    channels,
    get isReady() {
      return isConnected && subscriptions.every(({ state }) => state === "subscribed");
    },
    position: (channel) => positions.get(channel),
    leave: () => sdk.disconnect(),
    comeBack() {
      for (const subscription of subscriptions) subscription.subscribe();
      sdk.connect();
    },
    close: () => sdk.disconnect(),
  };
}

interface Recording {
  readonly client: string;
  readonly channel: string;
  readonly ledger: Ledger;
  readonly positions: Map<string, { epoch: string; offset: number }>;
}

function recordSubscription(
  subscription: Subscription,
  { client, channel, ledger, positions }: Recording,
): Subscription {
  // Recovered publications are emitted right after `subscribed`, before the SDK lets go of the turn.
  let isRecovering = false;
  subscription.on("subscribed", ({ recovered, wasRecovering, streamPosition }) => {
    const known = positions.get(channel);
    const { epoch = "", offset: told = 0 } = streamPosition ?? {};
    const offset = recovered && known !== undefined ? known.offset : told;
    positions.set(channel, { epoch, offset });
    const outcome = { asked: known !== undefined, recovered, announced: wasRecovering && !recovered };
    ledger.write({ kind: "subscribed", client, channel, ts: ledgerNow(), ...outcome, epoch, offset });
    isRecovering = recovered;
    queueMicrotask(() => (isRecovering = false));
  });
  subscription.on("publication", ({ data, offset = 0 }) => {
    const position = positions.get(channel) ?? { epoch: "", offset: 0 };
    positions.set(channel, { ...position, offset });
    const { id } = data as { id: string };
    const { epoch } = position;
    ledger.write({ kind: "delivery", client, channel, ts: ledgerNow(), id, epoch, offset, viaRecovery: isRecovering });
  });
  subscription.on("subscribing", ({ code }) => {
    // 0: asked for by us; 1: with the connection, which is written down by itself.
    if (code >= 2000) ledger.write({ kind: "unsubscribed", client, channel, ts: ledgerNow(), code });
  });
  return subscription;
}
