import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LedgerRecord } from "./ledger-record.ts";

/** Where the parties of one run write; append-only, one line per record. */
export interface Ledger {
  readonly path: string;
  write(record: LedgerRecord): void;
  /** Everything written so far is in the file afterwards. */
  flush(): void;
  /** What comes later is ignored: the run is over, and taking it down is no event of it. */
  end(): void;
  /** Ends it and deletes the file. */
  remove(): void;
}

/** Lines gather until this many, because a system call per delivery would slow the clients that are being measured. */
const linesPerWrite = 256;

export function openLedger(): Ledger {
  const directory = mkdtempSync(join(tmpdir(), "switchyard-ledger-"));
  const path = join(directory, "ledger.jsonl");
  const file = openSync(path, "a");
  let lines: string[] = [];
  let isOpen = true;
  const flush = () => {
    if (lines.length > 0) writeSync(file, `${lines.join("\n")}\n`);
    lines = [];
  };
  const end = () => {
    if (!isOpen) return;
    flush();
    closeSync(file);
    isOpen = false;
  };
  return {
    path,
    flush,
    end,
    write(record) {
      if (!isOpen) return;
      lines.push(JSON.stringify(record));
      if (lines.length >= linesPerWrite) flush();
    },
    remove() {
      end();
      rmSync(directory, { recursive: true });
    },
  };
}
