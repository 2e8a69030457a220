import { constants, deflateRawSync } from "node:zlib";
import type { Settings } from "@switchyard/runtime/settings";
import * as ws from "ws";
import { type Framing, webSocketHead } from "./framing.ts";

/** How WebSocket messages are compressed (permessage-deflate, RFC 7692) for clients that offer it. */
export interface Deflation {
  /** Smaller frames go as they are. */
  readonly minBytes: number;
  /** 1 (fast) to 9 (small). */
  readonly level: number;
  /** The window a frame is compressed with, 2^9 to 2^15 bytes; clients are told. */
  readonly windowBits: number;
}

/** Undefined: nothing is compressed. */
export function deflationOf(websocket: Settings["websocket"]): Deflation | undefined {
  if (!websocket.compression) return undefined;
  return {
    minBytes: websocket.compression_min_size,
    level: websocket.compression_level,
    windowBits: websocket.compression_window_bits,
  };
}

/** Compressing this takes about a millisecond of the event loop; a larger frame, an answer to one client as a rule, goes as it is. */
const maxBytes = 262_144;
/** What every message ends with when it is flushed, and RFC 7692 leaves out (section 7.2.1). */
const flushTailBytes = 4;
const reserved1 = 0x40;

/**
 * The same framing, with frames compressed where that makes them smaller. None depends on those before it (no context takeover),
 * so they are shared as uncompressed ones are, and compressed once for all connections with the same messages pending.
 */
export function deflated(framing: Framing, { minBytes, level, windowBits }: Deflation): Framing {
  // The tables of the window's size: larger ones cost time to clear and find nothing more.
  const options = { level, windowBits, memLevel: windowBits - 7, finishFlush: constants.Z_SYNC_FLUSH };
  return {
    ...framing,
    seal(frame, payloadAt) {
      const payload = frame.subarray(payloadAt);
      if (payload.length < minBytes || payload.length > maxBytes) return frame;
      const packed = deflateRawSync(payload, options).subarray(0, -flushTailBytes);
      if (packed.length >= payload.length) return frame;
      return Buffer.concat([webSocketHead((frame[0] as number) | reserved1, packed.length), packed]);
    },
  };
}

/**
 * What `ws` takes, which inflates what clients send. It holds some 20 KiB for each connection that has sent a compressed message,
 * to its end (docs/decisions/0014).
 */
export function inflation({ windowBits }: Deflation): ws.PerMessageDeflateOptions {
  return {
    serverNoContextTakeover: true,
    clientNoContextTakeover: true,
    serverMaxWindowBits: windowBits,
    zlibInflateOptions: { chunkSize: 4_096 },
  };
}

// Exported by the package, but missing from its type declarations.
const { PerMessageDeflate, extension } = ws as unknown as {
  PerMessageDeflate: new (options: object) => { accept(offers: readonly unknown[] | undefined): void };
  extension: { parse(header: string): Record<string, readonly unknown[] | undefined> };
};

/**
 * Whether one of a client's offers can be accepted. It must be known before, because `ws` answers others with 400, and not
 * by going on without compression, as RFC 7692 has it.
 */
export function canDeflate(offered: string | undefined, deflation: Deflation): boolean {
  if (offered === undefined) return false;
  try {
    const offers = extension.parse(offered)["permessage-deflate"];
    if (offers === undefined) return false;
    new PerMessageDeflate({ ...inflation(deflation), isServer: true }).accept(offers);
    return true;
  } catch {
    return false;
  }
}
