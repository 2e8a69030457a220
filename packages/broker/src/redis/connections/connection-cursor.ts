import { laneCount } from "../../lanes.ts";

/**
 * How far a reading of all connections has come: a lane, a lease in it, Redis' cursor in that lease's hash, and how many of what this
 * one stands for are handed out already. A lease that is over by then is followed by the next one in the order of their names.
 */
export class ConnectionCursor {
  readonly lane: number;
  readonly lease: string;
  readonly scan: string;
  readonly passed: number;

  constructor(lane: number, lease: string, { scan, passed }: { readonly scan: string; readonly passed: number }) {
    this.lane = lane;
    this.lease = lease;
    this.scan = scan;
    this.passed = passed;
  }

  /** Undefined for a text that is none. */
  static parse(text: string | undefined): ConnectionCursor | undefined {
    if (text === undefined) return new ConnectionCursor(0, "", start);
    const decoded = Buffer.from(text, "base64url").toString();
    const [, lane, scan, passed, lease] = /^(\d{1,3}) (\d{1,20}) (\d{1,9}) ([-\w.]{0,100})$/.exec(decoded) ?? [];
    if (lane === undefined || scan === undefined || lease === undefined || Number(lane) >= laneCount) return undefined;
    return new ConnectionCursor(Number(lane), lease, { scan, passed: Number(passed) });
  }

  /** The same, or where to go on if its lease is over; undefined: nothing is left. */
  among(leases: readonly string[]): ConnectionCursor | undefined {
    return leases.includes(this.lease) ? this : this.#next(leases);
  }

  within(passed: number): ConnectionCursor {
    return new ConnectionCursor(this.lane, this.lease, { scan: this.scan, passed });
  }

  behind(scan: string, leases: readonly string[]): ConnectionCursor | undefined {
    return scan === "0" ? this.#next(leases) : new ConnectionCursor(this.lane, this.lease, { scan, passed: 0 });
  }

  toString(): string {
    const { lane, scan, passed, lease } = this;
    return Buffer.from(`${lane} ${scan} ${passed} ${lease}`).toString("base64url");
  }

  /** Names of leases are in the order of their texts. */
  #next(leases: readonly string[]): ConnectionCursor | undefined {
    const later = leases.find((lease) => lease > this.lease);
    if (later !== undefined) return new ConnectionCursor(this.lane, later, start);
    const [first] = leases;
    if (first === undefined || this.lane + 1 === laneCount) return undefined;
    return new ConnectionCursor(this.lane + 1, first, start);
  }
}

const start = { scan: "0", passed: 0 };
