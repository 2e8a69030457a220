import { splitPublicationBody, type PublicationParts } from "../publication-body.ts";
import { createDelta } from "./create-delta.ts";

/**
 * A publication as subscribers with deltas are handed it: what has changed since the one before, or all of it where there is none before
 * or the change is no shorter. Made once per publication and node, and worked out when the first subscriber needs it.
 *
 * Only for those that were handed the one before, whole or as a delta. Others get one without `previous`, which is whole.
 *
 * JSON and Protobuf subscribers hold different bytes of data that is not JSON, and so have a delta each; for JSON it is the same one.
 */
export class PublicationDelta {
  readonly parts: PublicationParts;
  readonly #previous: PublicationParts | undefined;
  #ofText: { readonly delta: Buffer | undefined } | undefined;
  #ofBytes: { readonly delta: Buffer | undefined } | undefined;

  constructor(parts: PublicationParts, previous: PublicationParts | undefined) {
    this.parts = parts;
    this.#previous = previous;
  }

  /** Of the data's JSON text. It never cuts a character, so it is a text itself. */
  get ofText(): Buffer | undefined {
    this.#ofText ??= { delta: this.#previous && createDelta(this.#previous.text, this.parts.text) };
    return this.#ofText.delta;
  }

  /** Of the bytes that were published. */
  get ofBytes(): Buffer | undefined {
    const { parts } = this;
    const previous = this.#previous;
    if (previous === undefined || (previous.bytes === previous.text && parts.bytes === parts.text)) return this.ofText;
    this.#ofBytes ??= { delta: createDelta(previous.bytes, parts.bytes) };
    return this.#ofBytes.delta;
  }
}

/** A publication on its way to a subscriber. `offset` is 0 where the channel keeps no history. */
export interface SentPublication {
  readonly offset: number;
  /** As its publisher encoded it. */
  readonly body: Buffer;
  /** Where the subscriber has agreed on deltas. */
  readonly delta?: PublicationDelta;
}

/**
 * Publications of a stream as a chain: the first one whole, each further one as what has changed since the one before. Whoever is handed
 * one of them must have had the one before it.
 */
export function chainDeltas(publications: readonly Omit<SentPublication, "delta">[]): SentPublication[] {
  let previous: PublicationParts | undefined;
  return publications.map(({ offset, body }) => {
    const parts = splitPublicationBody(body);
    const delta = parts && new PublicationDelta(parts, previous);
    previous = parts;
    return { offset, body, ...(delta && { delta }) };
  });
}
