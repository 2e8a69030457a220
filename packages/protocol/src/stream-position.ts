import Type, { type Static } from "typebox";

/** The last whole number below 2^53: JSON readers round what is beyond, so no stream counts so far. */
export const offsetMax = Number.MAX_SAFE_INTEGER;

/**
 * A place in a channel's stream. `offset` counts its publications from 1; `epoch` names one life of the stream, and changes
 * when Redis lost it, so that an old offset is never mistaken for a new one.
 */
export const StreamPosition = Type.Object({
  offset: Type.Integer({ minimum: 0 }),
  epoch: Type.String(),
});
export type StreamPosition = Static<typeof StreamPosition>;
