import { randomUUID } from "node:crypto";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { figureRowBytes, figuresEveryMs, figuresMax, type FigureStore } from "../../figure-store.ts";
import { answered } from "../answered.ts";
import { clock, defineScript } from "../define-script.ts";
import { figureKeys } from "../keys.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { packFigures, unpackFigures } from "./figure-row.ts";

export const keepFiguresScript = defineScript({
  file: new URL("./keep-figures.lua", import.meta.url),
  chunks: [clock],
  keys: ["ring", "lease"],
  args: ["holder", "row", "everyMs", "rows"],
  reply: (raw) => raw === 1,
});

/** @throws StartupError when Redis cannot be used now. */
export async function createRedisFigures(options: {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
}): Promise<FigureStore> {
  const keys = figureKeys(options.redis.prefix);
  const client = await openConnection({ ...options, role: "figures" });
  const holder = randomUUID();

  /** A piece of the ring, which has no beginning and no end. */
  const bytesOf = (from: number, to: number) =>
    answered(client.getrangeBuffer(keys.ring, from * figureRowBytes, to * figureRowBytes - 1));

  return {
    async keep(row) {
      const args = { holder, row: packFigures(row), everyMs: figuresEveryMs, rows: figuresMax };
      return answered(keepFiguresScript.run(client, { keys, args }));
    },
    async read(asked) {
      const rows = Math.min(asked, figuresMax);
      const [seconds] = await answered(client.time());
      const last = Math.floor((Number(seconds) * 1_000) / figuresEveryMs);
      const first = last - rows + 1;
      const from = first % figuresMax;
      const toEnd = Math.min(rows, figuresMax - from);
      const [before, behind] = await Promise.all([
        bytesOf(from, from + toEnd),
        rows > toEnd ? bytesOf(0, rows - toEnd) : Buffer.alloc(0),
      ]);
      const rowAt = (index: number) => {
        const [bytes, place] = index < toEnd ? [before, index] : [behind, index - toEnd];
        return unpackFigures(bytes, { at: place * figureRowBytes, number: first + index });
      };
      return { endsAtMs: (last + 1) * figuresEveryMs, rows: Array.from({ length: rows }, (_, index) => rowAt(index)) };
    },
    close: () => closeConnection(client),
  };
}
