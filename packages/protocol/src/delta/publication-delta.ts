import { splitPublicationBody, type PublicationParts } from "../publication-body.ts";
import { createDelta } from "./create-delta.ts";

/** The data of a publication, as far as a delta to the next one is made of it. */
export type DeltaData = Pick<PublicationParts, "text" | "bytes">;

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
  readonly #previous: DeltaData | undefined;
  #ofText: { readonly delta: Buffer | undefined } | undefined;
  #ofBytes: { readonly delta: Buffer | undefined } | undefined;

  constructor(parts: PublicationParts, previous: DeltaData | undefined) {
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

type Plain = Omit<SentPublication, "delta">;

/**
 * Between two publications that were handed out one behind the other: a crowd that recovers is handed the same objects, and shares them. The
 * previous one is known by its body, since by itself it would be kept for as long as this one, and so would all before it.
 */
const links = new WeakMap<Plain, { readonly previous: Buffer; readonly delta: PublicationDelta }>();

/**
 * Publications of a stream as a chain: the first one whole, each further one as what has changed since the one before. Whoever is handed
 * one of them must have had the one before it.
 */
export function chainDeltas(publications: readonly Plain[]): SentPublication[] {
  let before: { readonly body: Buffer; readonly parts: PublicationParts } | undefined;
  return publications.map((publication) => {
    const { offset, body } = publication;
    const known = links.get(publication);
    const isKnown = known !== undefined && known.previous === before?.body;
    const delta = isKnown ? known.delta : deltaOf(body, before?.parts);
    if (delta !== undefined && before !== undefined) links.set(publication, { previous: before.body, delta });
    before = delta && { body, parts: delta.parts };
    return { offset, body, ...(delta && { delta }) };
  });
}

function deltaOf(body: Buffer, previous: PublicationParts | undefined): PublicationDelta | undefined {
  const parts = splitPublicationBody(body);
  return parts && new PublicationDelta(parts, previous);
}
