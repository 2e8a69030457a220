import type { Page } from "playwright-core";

/**
 * Runs in a page before all of its own: its time passes when it is told to, as fast as the page can work, and what it asks again and again is
 * answered in it, each time with other numbers. Hours of a tab are seconds, and what a tab holds on to after them is seen.
 */
const script = `(() => {
  const timers = new Map();
  let [now, next, isHidden] = [Date.now(), 1, false];
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given) { given.length === 0 ? super(now) : super(...given); }
    static now() { return now; }
  };
  globalThis.setTimeout = (run, ms = 0, ...given) => {
    timers.set(next, { atMs: now + Math.max(0, ms), run: () => run(...given) });
    return next++;
  };
  globalThis.clearTimeout = (id) => void timers.delete(id);
  globalThis.setInterval = () => { throw new Error("an interval goes on in a hidden page"); };
  globalThis.requestAnimationFrame = (run) => setTimeout(() => run(now), 16);
  globalThis.cancelAnimationFrame = clearTimeout;
  Object.defineProperty(document, "hidden", { get: () => isHidden });

  const real = globalThis.fetch;
  const texts = new Map();
  const counts = { asked: 0 };
  const moved = (text) => text.replace(/"(queued|running|dead|clients)":\\d+/g, (_, name) => '"' + name + '":' + (counts.asked % 1000));
  globalThis.fetch = async (url, init) => {
    counts.asked += 1;
    if (!texts.has(url)) texts.set(url, await (await real(url, { ...init, headers: {} })).text());
    const headers = { etag: '"' + counts.asked + '"', "x-sy-now": String(now) };
    return new Response(moved(texts.get(url)), { headers });
  };

  const channel = new MessageChannel();
  const breathe = () => new Promise((resolve) => {
    channel.port1.onmessage = resolve;
    channel.port2.postMessage(0);
  });
  globalThis.pageHours = {
    async pass(ms) {
      const endMs = now + ms;
      for (;;) {
        let first;
        for (const [id, timer] of timers) if (first === undefined || timer.atMs < first.atMs) first = { id, ...timer };
        if (first === undefined || first.atMs > endMs) break;
        timers.delete(first.id);
        now = Math.max(now, first.atMs);
        first.run();
        await breathe();
      }
      now = endMs;
    },
    hide(hidden) {
      isHidden = hidden;
      document.dispatchEvent(new Event("visibilitychange"));
    },
    timers: () => timers.size,
    asked: () => counts.asked,
  };
})()`;

export interface PageHours {
  /** Of the page's own time. */
  pass(minutes: number): Promise<void>;
  hide(isHidden: boolean): Promise<void>;
  /** Those that would run one day. */
  timers(): Promise<number>;
  /** Requests so far. */
  asked(): Promise<number>;
  /** What the page holds after all garbage was collected. */
  heapBytes(): Promise<number>;
}

/** The page is loaded again, with time that passes when it is told to. @param ready is there when it has begun */
export async function takeHoursOf(page: Page, ready: string): Promise<PageHours> {
  await page.addInitScript(script);
  await page.reload();
  const session = await page.context().newCDPSession(page);
  const hours: PageHours = {
    pass: (minutes) => page.evaluate(`pageHours.pass(${minutes * 60_000})`),
    hide: (isHidden) => page.evaluate(`pageHours.hide(${isHidden})`),
    timers: () => page.evaluate("pageHours.timers()"),
    asked: () => page.evaluate("pageHours.asked()"),
    async heapBytes() {
      await session.send("HeapProfiler.collectGarbage");
      return (await session.send("Runtime.getHeapUsage")).usedSize;
    },
  };
  while ((await page.locator(ready).count()) === 0) await hours.pass(0.05);
  return hours;
}
