/** Known names of one way in; those that a herd of strangers invent are not kept. */
const namedMax = 256;

export interface OriginFacts {
  readonly door: "centrifuge" | "pusher" | "plain";
  /** `websocket`, `http_stream` or `sse`, with `uni_` before it for who only listens. */
  readonly transport: string;
  readonly protocol: "json" | "protobuf";
  /** What their SDK calls itself. */
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

/** How clients came in, one object for all that came the same way: a text of its own for each would cost every idle connection bytes. */
export class Origin {
  readonly facts: OriginFacts;
  readonly #named = new Map<string, Origin>();

  constructor(facts: OriginFacts) {
    this.facts = facts;
  }

  /** The same way in, by an SDK that says what it is. */
  of(name: string | undefined, version: string | undefined): Origin {
    if (name === undefined && version === undefined) return this;
    const key = `${name}\n${version}`;
    const known = this.#named.get(key);
    if (known !== undefined) return known;
    const named = new Origin({ ...this.facts, name, version });
    if (this.#named.size < namedMax) this.#named.set(key, named);
    return named;
  }
}
