import Type, { type Static } from "typebox";
import { StreamPosition } from "../stream-position.ts";

/** `limit` absent or 0 reads the position alone; negative asks for as many as the server allows. */
export const HistoryRequest = Type.Object({
  channel: Type.String(),
  limit: Type.Optional(Type.Integer()),
  since: Type.Optional(Type.Partial(StreamPosition)),
  reverse: Type.Optional(Type.Boolean()),
});
export type HistoryRequest = Static<typeof HistoryRequest>;

/** All three fields are always there; publications are JSON already. */
export interface HistoryResult extends StreamPosition {
  readonly publications: readonly string[];
}

export function encodeHistoryResult({ publications, offset, epoch }: HistoryResult): string {
  return `{"publications":[${publications.join(",")}],"offset":${offset},"epoch":${JSON.stringify(epoch)}}`;
}
