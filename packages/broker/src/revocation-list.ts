import type { Bearer, Revocation } from "./revocation.ts";

/** The revocations a process knows of. It forgets one when its time is over, and never sooner, whatever Redis has lost. */
export class RevocationList {
  readonly #byKey = new Map<string, Revocation>();

  all(): readonly Revocation[] {
    return [...this.#byKey.values()];
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** @returns those that are new, or reach further than the one known */
  add(revocations: readonly Revocation[]): readonly Revocation[] {
    return revocations.filter((revocation) => {
      const key = keyOf(revocation.kind, revocation.id);
      const known = this.#byKey.get(key);
      if (isOfBlocks(revocation)) return this.#addOfBlocks(key, revocation, known);
      if (known !== undefined && known.beforeMs >= revocation.beforeMs && known.untilMs >= revocation.untilMs)
        return false;
      const untilMs = Math.max(revocation.untilMs, known?.untilMs ?? 0);
      const beforeMs = Math.max(revocation.beforeMs, known?.beforeMs ?? 0);
      this.#byKey.set(key, { ...revocation, beforeMs, untilMs });
      return true;
    });
  }

  concerns({ user = "", tokenId = "", client = "", issuedAtMs = 0 }: Bearer): boolean {
    if (this.#byKey.size === 0) return false;
    if (this.isBlocked(user)) return true;
    if (tokenId !== "" && this.#byKey.has(keyOf("token", tokenId))) return true;
    if (client !== "" && this.#byKey.has(keyOf("client", client))) return true;
    const ofUser = user === "" ? undefined : this.#byKey.get(keyOf("user", user));
    return ofUser !== undefined && issuedAtMs < ofUser.beforeMs;
  }

  isBlocked(user: string): boolean {
    return user !== "" && this.#byKey.get(keyOf("block", user))?.kind === "block";
  }

  /** The later one stands alone: an earlier one that comes after it, from a process that was cut off, is no news. */
  #addOfBlocks(key: string, revocation: Revocation, known: Revocation | undefined): boolean {
    if (known !== undefined && known.beforeMs >= revocation.beforeMs) return false;
    this.#byKey.set(key, revocation);
    return true;
  }

  forget(nowMs: number): void {
    for (const [key, { untilMs }] of this.#byKey) if (untilMs <= nowMs) this.#byKey.delete(key);
  }
}

/** A block and what takes it back are two states of one thing. */
function keyOf(kind: Revocation["kind"], id: string): string {
  return `${kind === "unblock" ? "block" : kind}:${id}`;
}

function isOfBlocks({ kind }: Revocation): boolean {
  return kind === "block" || kind === "unblock";
}
