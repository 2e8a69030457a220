import { figuresEveryMs, figuresMax, type FigureStore } from "@switchyard/broker/figure-store";
import Type from "typebox";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { foldFigures } from "./fold-figures.ts";
import { shareReading } from "../../share-reading.ts";

export interface FigureDeps {
  readonly figures: Pick<FigureStore, "read">;
}

/** By window: 360, 360 and 288 points. */
const windows = {
  "1h": { rows: 3_600_000 / figuresEveryMs, rowsPerPoint: 1 },
  "6h": { rows: 21_600_000 / figuresEveryMs, rowsPerPoint: 6 },
  "24h": { rows: figuresMax, rowsPerPoint: 30 },
} as const;
type WindowName = keyof typeof windows;
const names = Object.keys(windows) as WindowName[];

const schema = {
  hide: true,
  querystring: Type.Object({ window: Type.Optional(Type.Enum(names)) }, { additionalProperties: false }),
};

/** `GET /ops/api/figures?window=1h|6h|24h`: what the hub was like. One reading for all who ask while it would be the same. */
export function serveFigures(scope: Scope, { figures }: FigureDeps): void {
  const readings = new Map(
    names.map((name) => {
      const { rows, rowsPerPoint } = windows[name];
      const read = async () => foldFigures(await figures.read(rows), rowsPerPoint);
      return [name, shareReading(read, (rowsPerPoint * figuresEveryMs) / 2)] as const;
    }),
  );
  scope.get("/ops/api/figures", { schema }, async ({ query: { window = "1h" } }) =>
    orUnavailable(readings.get(window)?.now() ?? Promise.reject(new TypeError(`no window ${window}`))),
  );
}
