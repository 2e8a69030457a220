import { Centrifuge } from "centrifuge";
import { WebSocket } from "ws";

/** How a client was sent away by a gateway that stops. */
export interface Farewell {
  readonly closedAtMs: number;
  /** When it was told before; undefined: it was not. */
  readonly noticeAtMs: number | undefined;
  /** After how many milliseconds it was to come back, as it was told, and when that is. */
  readonly toldMs: number | undefined;
  readonly dueAtMs: number | undefined;
}

export interface FarewellWatch {
  readonly farewells: readonly Farewell[];
  readonly isConnected: boolean;
  close(): void;
}

interface Notice {
  readonly type?: string;
  readonly code?: number;
  readonly reconnectAfterMs?: number;
}

const shutdown = 3001;

/** The SDK as it comes from npm, on a channel of nobody, that notes what it is told of its end. */
export function watchFarewell({ url, token }: { readonly url: string; readonly token: string }): FarewellWatch {
  const farewells: Farewell[] = [];
  let told: { noticeAtMs: number; toldMs: number; dueAtMs: number } | undefined;
  const sdk = new Centrifuge(url, { websocket: WebSocket, token });
  sdk.on("message", ({ data }) => {
    const { type, code, reconnectAfterMs = 0 } = data as Notice;
    if (type !== "closing" || code !== shutdown) return;
    const noticeAtMs = performance.now();
    told = { noticeAtMs, toldMs: reconnectAfterMs, dueAtMs: noticeAtMs + reconnectAfterMs };
  });
  sdk.on("connecting", ({ code }) => {
    if (code !== shutdown) return;
    const nothing = { noticeAtMs: undefined, toldMs: undefined, dueAtMs: undefined };
    farewells.push({ closedAtMs: performance.now(), ...(told ?? nothing) });
    told = undefined;
  });
  sdk.connect();
  return {
    farewells,
    get isConnected() {
      return sdk.state === "connected";
    },
    close: () => sdk.disconnect(),
  };
}
