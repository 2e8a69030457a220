import { splitPublicationBody, type PublicationParts } from "../publication-body.ts";
import { createDelta } from "./create-delta.ts";

/**
 * A publication as subscribers with deltas are handed it: what has changed since the one before, or all of it where there is none before
 * or the change is no shorter. Made once per publication and node, and worked out when the first subscriber needs it.
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

/**
 * Recovered publications as a chain: the first one whole, each further one as what has changed since the one before it. `bodies` are in
 * the order of the stream. A body without data, which no publisher of ours makes, is undefined and begins the chain again.
 */
export function chainDeltas(bodies: readonly Buffer[]): (PublicationDelta | undefined)[] {
  let previous: PublicationParts | undefined;
  return bodies.map((body) => {
    const parts = splitPublicationBody(body);
    const delta = parts && new PublicationDelta(parts, previous);
    previous = parts;
    return delta;
  });
}
