import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "@switchyard/testkit/eventually";
import { startFakeBackEnd } from "@switchyard/testkit/fake-back-end";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

const tokenSeconds = 6;
const outageMs = 15_000;

/** The same of connections whose back end is asked, and is down for a while. */
export const refreshHook: Scenario = {
  id: "F36 hooks",
  isLongOnly: true,
  promise:
    "a connection goes on while its back end says so, and while it says nothing; one that it ends gets nothing more after its end",
  async run({ seed }) {
    let isDown = false;
    const over = new Set<unknown>();
    const soon = () => Math.floor(Date.now() / 1_000) + tokenSeconds;
    const backEnd = await startFakeBackEnd(({ body: { user } }) => {
      if (isDown) return { status: 503 };
      return { json: { result: over.has(user) ? { expired: true } : { expire_at: soon() } } };
    });
    const env = {
      SWITCHYARD_CLIENT_PROXY_REFRESH_ENABLED: "true",
      SWITCHYARD_CLIENT_PROXY_REFRESH_ENDPOINT: `${backEnd.url}/refresh`,
    };
    try {
      return await withTrial({ seed, clients: 6, perSecond: 20, stage: { gateways: 2, env } }, async (trial) => {
        const { stage, channels } = trial;
        const join = (user: string) =>
          trial.join(user, channels.slice(0, 3), { token: stage.token(user, { exp: soon() }) });
        const staying = await join("staying");
        const leaving = await join("leaving");
        const askedAbout = (user: string) => backEnd.asked.filter(({ body }) => body["user"] === user).length;
        await eventually(() => askedAbout("staying") >= 3 || Promise.reject(new Error("not asked yet")), {
          timeoutMs: 60_000,
        });
        trial.mark("the back end is down");
        isDown = true;
        await delay(outageMs);
        const heldOn = staying.isReady && leaving.isReady;
        isDown = false;
        over.add("leaving");
        trial.mark("the back end is back");
        await eventually(() => !leaving.isReady || Promise.reject(new Error("still connected")), { timeoutMs: 90_000 });
        leaving.close();
        trial.forget(leaving);
        const verdict = await trial.verdict();
        const { closes } = verdict.facts;
        return {
          figures: { asked: backEnd.asked.length, "close codes": JSON.stringify(closes), ...commonFigures(verdict) },
          broken: [
            ...brokenPromises({ ...verdict, facts: { ...verdict.facts, awayAtEnd: 0 } }, stage.accidents()),
            ...unless(heldOn, "somebody was cut off while the back end was down"),
            ...unless(closes[3005] === 1, `close codes ${JSON.stringify(closes)}`),
            ...unless(staying.isReady, "the one that was to stay is not there"),
          ],
        };
      });
    } finally {
      await backEnd.close();
    }
  },
};
