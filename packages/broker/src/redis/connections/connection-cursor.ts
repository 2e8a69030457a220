import { laneCount } from "../../lanes.ts";

/**
 * How far a reading of all connections has come: a lane, a lease in it, and Redis' cursor in that lease's hash. A lease that is over by
 * then is followed by the next one in the order of their names.
 *
 * Nothing finer: of what one step of Redis' cursor has given, the first so many are others as soon as one of them is gone, so a place
 * in between would skip some.
 */
export class ConnectionCursor {
  readonly lane: number;
  readonly lease: string;
  readonly scan: string;

  constructor(lane: number, lease: string, scan = "0") {
    this.lane = lane;
    this.lease = lease;
    this.scan = scan;
  }

  /** Undefined for a text that is none. */
  static parse(text: string | undefined): ConnectionCursor | undefined {
    if (text === undefined) return new ConnectionCursor(0, "");
    const decoded = Buffer.from(text, "base64url").toString();
    const [, lane, scan, lease] = /^(\d{1,3}) (\d{1,20}) ([-\w.]{0,100})$/.exec(decoded) ?? [];
    if (lane === undefined || scan === undefined || lease === undefined || Number(lane) >= laneCount) return undefined;
    return new ConnectionCursor(Number(lane), lease, scan);
  }

  /** The same, or where to go on if its lease is over; undefined: nothing is left. */
  among(leases: readonly string[]): ConnectionCursor | undefined {
    return leases.includes(this.lease) ? this : this.#next(leases);
  }

  behind(scan: string, leases: readonly string[]): ConnectionCursor | undefined {
    return scan === "0" ? this.#next(leases) : new ConnectionCursor(this.lane, this.lease, scan);
  }

  toString(): string {
    const { lane, scan, lease } = this;
    return Buffer.from(`${lane} ${scan} ${lease}`).toString("base64url");
  }

  /** Names of leases are in the order of their texts. */
  #next(leases: readonly string[]): ConnectionCursor | undefined {
    const later = leases.find((lease) => lease > this.lease);
    if (later !== undefined) return new ConnectionCursor(this.lane, later);
    const [first] = leases;
    if (first === undefined || this.lane + 1 === laneCount) return undefined;
    return new ConnectionCursor(this.lane + 1, first);
  }
}
