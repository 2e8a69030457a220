import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { LedgerRecord } from "./ledger-record.ts";
import { judge } from "./verdict.ts";

// A process of its own: `node oracle.ts <ledger>` reads what the parties wrote down and prints the verdict as one line of
// JSON. It shares no memory and no event loop with them, and a kept ledger can be judged again at any time.
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: node oracle.ts <ledger>");
const records: LedgerRecord[] = [];
for await (const line of createInterface({ input: createReadStream(path) })) records.push(JSON.parse(line));
console.log(JSON.stringify(judge(records)));
