import { type FigureName, figureColumns, figureNames, type FigureRow, figureRowBytes } from "../../figure-store.ts";

/** What is not known is no number, which 32 bits have a form for. */
export function packFigures(row: FigureRow): Buffer {
  const bytes = Buffer.alloc(4 * figureColumns);
  for (let column = 0; column < figureColumns; column += 1) {
    const name = figureNames[column];
    bytes.writeFloatLE((name && row[name]) ?? Number.NaN, 4 * column);
  }
  return bytes;
}

/** The row of this number within a piece of the ring; null when another stands there, or none. */
export function unpackFigures(
  bytes: Buffer,
  { at, number }: { readonly at: number; readonly number: number },
): Readonly<Record<FigureName, number | null>> | null {
  if (bytes.length < at + figureRowBytes || bytes.readUInt32LE(at) !== number) return null;
  const columns = figureNames.map((name, column) => {
    const value = bytes.readFloatLE(at + 4 + 4 * column);
    return [name, Number.isFinite(value) ? value : null] as const;
  });
  return Object.fromEntries(columns) as Record<FigureName, number | null>;
}
