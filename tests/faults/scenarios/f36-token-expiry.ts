import { eventually } from "@switchyard/testkit/eventually";
import { ledgerNow } from "@switchyard/testkit/ledger-record";
import { createSdkClient } from "../sdk-client.ts";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

/** How long the hub waits for a refresh after a token has expired. */
const graceMs = 25_000;
const pingMs = 2_000;
const tokenSeconds = 3;

export const tokenExpiry: Scenario = {
  id: "F36",
  isLongOnly: true,
  promise:
    "a client that renews its token is never cut off; one that does not gets nothing more once the grace is over",
  run({ seed }) {
    const env = { SWITCHYARD_CLIENT_PING_INTERVAL: `${pingMs}ms`, SWITCHYARD_CLIENT_PONG_TIMEOUT: "1500ms" };
    return withTrial({ seed, clients: 6, perSecond: 20, stage: { gateways: 1, env } }, async (trial) => {
      const { stage, channels, ledger } = trial;
      const shortToken = (user: string) => stage.token(user, { exp: Math.floor(Date.now() / 1_000) + tokenSeconds });
      let refreshes = 0;
      const renewing = createSdkClient({
        id: "renewing",
        url: stage.url,
        token: shortToken("renewing"),
        channels: channels.slice(0, 3),
        ledger,
        getToken: async () => {
          refreshes += 1;
          return shortToken("renewing");
        },
      });
      renewing.comeBack();
      await eventually(() => renewing.isReady || Promise.reject(new Error("not ready")));
      const token = shortToken("lapsing");
      const { exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp: number };
      const lapsing = await trial.join("lapsing", channels.slice(0, 3), { token });
      await eventually(() => !lapsing.isReady || Promise.reject(new Error("still connected")), { timeoutMs: 60_000 });
      const closedMs = Math.round(ledgerNow() - exp * 1_000);
      lapsing.close();
      trial.forget(lapsing);
      const verdict = await trial.verdict();
      renewing.close();
      const closes = verdict.facts.closes;
      return {
        figures: {
          refreshes,
          "closed after expiry ms": closedMs,
          "close codes": JSON.stringify(closes),
          ...commonFigures(verdict),
        },
        broken: [
          ...brokenPromises({ ...verdict, facts: { ...verdict.facts, awayAtEnd: 0 } }, stage.accidents()),
          // Looked at once per ping.
          ...unless(closedMs <= graceMs + pingMs + 1_000, `closed ${closedMs} ms after the token had expired`),
          ...unless(closedMs >= graceMs - 1_000, `closed ${closedMs} ms after expiry, before the grace was over`),
          ...unless(closes[3005] === 1, `close codes ${JSON.stringify(closes)}`),
          ...unless(refreshes >= 5, `only ${refreshes} refreshes`),
          // With the same token it is refused, and gives up with 1000.
          ...unless(
            Object.keys(closes).every((code) => code === "3005" || code === "1000"),
            "somebody else was closed",
          ),
        ],
      };
    });
  },
};
