import { expect, test } from "vitest";
import { askOracle } from "./ask-oracle.ts";
import { openLedger } from "./ledger.ts";

// It starts a process, which takes as long as the machine takes.
test("the oracle's process gives its verdict on what was written before the ledger ended", async () => {
  const ledger = openLedger();
  ledger.write({ kind: "publish", id: "m", channel: "news", sendTs: 1, doneTs: 2, outcome: "refused" });
  const start = { asked: false, recovered: false, announced: false, epoch: "e", offset: 0 };
  ledger.write({ kind: "subscribed", client: "ann", channel: "news", ts: 0, ...start });
  const delivery = { epoch: "e", offset: 1, viaRecovery: false };
  ledger.write({ kind: "delivery", client: "ann", channel: "news", ts: 3, id: "m", ...delivery });
  const verdict = askOracle(ledger);
  ledger.write({ kind: "delivery", client: "ann", channel: "news", ts: 4, id: "m", ...delivery });
  expect((await verdict).promises).toMatchObject({ phantoms: 1, duplicates: 0 });
  ledger.remove();
}, 20_000);
