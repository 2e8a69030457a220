import type { AuditBook, AuditRow, AuditStore } from "@switchyard/broker/audit-store";
import type { Logger } from "@switchyard/runtime/logger";
import { ApiError } from "../../errors/api-error.ts";
import { failureOfReading } from "../../errors/or-unavailable.ts";
import { createAuditChain } from "./audit-chain.ts";
import type { AuditEntry } from "./audit-entry.ts";
import { createChainCheck, type KnownOfBook, type Verdict } from "./chain-check.ts";
import { createSecretHider } from "./hide-secrets.ts";

export interface AuditTrail extends Pick<AuditStore, "newest" | "oldest" | "count" | "gaps"> {
  /**
   * For what must not happen untold: it waits until the entry is written.
   * @throws ApiError when it cannot be, which says that nothing was done
   */
  write(book: AuditBook, entry: AuditEntry): Promise<void>;
  /** For what has happened: an entry that cannot be written is in the log, with the reason. */
  note(book: AuditBook, entry: AuditEntry): Promise<void>;
  /** Judges entries in the order in which they were written. */
  check(known: KnownOfBook): (row: AuditRow) => Verdict;
}

export interface AuditTrailOptions {
  readonly store: AuditStore;
  readonly secret: string;
  /** Of the hub's own settings, which no entry repeats. */
  readonly secrets: readonly string[];
  readonly logger: Logger;
}

/** One line of the log stands beside each entry, for whoever ships logs to where nobody can change them. */
export function createAuditTrail({ store, secret, secrets, logger }: AuditTrailOptions): AuditTrail {
  const chainOf = {
    people: createAuditChain(secret),
    keys: createAuditChain(secret),
    refusals: createAuditChain(secret),
  };

  const hide = createSecretHider(secrets);

  async function append(book: AuditBook, given: AuditEntry): Promise<void> {
    const entry = hide(given);
    logger.info({ book, audit: entry }, "audit");
    const chain = chainOf[book];
    try {
      chain.stands(await store.append(book, chain.next(entry)));
    } catch (error) {
      chain.breakOff();
      logger.error({ book, act: entry.act, err: error }, "the audit cannot be written");
      throw error;
    }
  }

  return {
    async write(book, entry) {
      try {
        await append(book, entry);
      } catch (error) {
        const failure = failureOfReading(error);
        if (!(failure instanceof ApiError)) throw failure;
        const message = `${failure.publicMessage} (this is written into the audit first, without which it is not done)`;
        throw new ApiError(failure.code, message, { cause: error, redis: failure.redis });
      }
    },
    note: (book, entry) => append(book, entry).catch(() => undefined),
    newest: (book, page) => store.newest(book, page),
    oldest: (book, page) => store.oldest(book, page),
    count: (book) => store.count(book),
    gaps: (book) => store.gaps(book),
    check: (known) => createChainCheck(secret, known),
  };
}
