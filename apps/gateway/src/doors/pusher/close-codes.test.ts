import { disconnectCodes, mayReconnect } from "@switchyard/protocol/disconnect-codes";
import { expect, test } from "vitest";
import { pusherClose, pusherCloses } from "./close-codes.ts";

/** As `pusher-js` does. */
function reactionTo(code: number): "refused" | "later" | "now" {
  if (code >= 4100 && code < 4200) return "later";
  return code >= 4200 && code < 4300 ? "now" : "refused";
}

test("who may come back by the hub's code comes back by this protocol's, and nobody else does", () => {
  // This gateway is full; others may not be, and a refusal would be for ever.
  const elsewhere = new Set<number>([disconnectCodes.connectionLimit.code]);
  const codes = [...Object.values(disconnectCodes).map(({ code }) => code), 4000, 4499, 4500, 4999];
  for (const code of codes) {
    const { code: close } = pusherClose({ code, reason: "why" });
    expect(reactionTo(close) !== "refused").toBe(mayReconnect(code) || elsewhere.has(code));
  }
});

test("no close is of the codes that clients take for good although they are meant as errors, or that ask for TLS", () => {
  const closes = [...Object.values(disconnectCodes), { code: 4302, reason: "x" }, { code: 4001, reason: "x" }].map(
    (disconnect) => pusherClose(disconnect).code,
  );
  expect(closes.filter((code) => code === 4000 || code >= 4300)).toEqual([]);
});

test("a client that cannot be served just now comes back later, and one that is moved at once", () => {
  expect(pusherClose(disconnectCodes.slow)).toBe(pusherCloses.overCapacity);
  expect(reactionTo(pusherClose(disconnectCodes.shutdown).code)).toBe("now");
  expect(pusherClose({ code: 4501, reason: "banned" })).toEqual({ code: 4009, reason: "banned" });
});
