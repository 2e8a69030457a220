import { setTimeout as wait } from "node:timers/promises";
import { opsPassword } from "./operator-browser.ts";

/** What one tab asks for, and how often. */
export interface TabHabit {
  readonly path: string;
  readonly everyMs: number;
}

export interface OpenTabs {
  /** Answers so far, and how many readings of the hub they came from: each says when it was read. */
  read(): { readonly answers: number; readonly readings: number; readonly notModified: number };
  close(): Promise<void>;
}

/** The cookie of somebody who has logged in. */
export async function logIn(apiUrl: string): Promise<string> {
  const response = await fetch(`${apiUrl}/ops/login`, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: new URLSearchParams({ password: opsPassword }).toString(),
  });
  const cookie = response.headers.get("set-cookie")?.split(";", 1)[0];
  if (response.status !== 303 || cookie === undefined) throw new Error(`the login was answered ${response.status}`);
  return cookie;
}

/**
 * So many tabs, as far as the hub sees them: each asks what a real one was seen to ask, at its times and with what it knows already. Forty
 * real ones would measure how forty pages are painted on these two cores.
 */
export function openTabs(
  apiUrl: string,
  { cookie, habits, count }: { readonly cookie: string; readonly habits: readonly TabHabit[]; readonly count: number },
): OpenTabs {
  const end = new AbortController();
  const seen = { answers: 0, notModified: 0, readings: new Set<string>() };
  const ask = async ({ path, everyMs }: TabHabit, lateMs: number) => {
    let etag = "";
    await wait(lateMs, undefined, { signal: end.signal });
    while (!end.signal.aborted) {
      const headers = { cookie, "sec-fetch-site": "same-origin", "if-none-match": etag };
      const response = await fetch(apiUrl + path, { headers, signal: end.signal });
      await response.arrayBuffer();
      if (response.status !== 200 && response.status !== 304)
        throw new Error(`${path} was answered ${response.status}`);
      etag = response.headers.get("etag") ?? etag;
      seen.answers += 1;
      if (response.status === 304) seen.notModified += 1;
      if (path.startsWith("/ops/api/overview")) seen.readings.add(response.headers.get("x-sy-now") ?? "");
      await wait(everyMs, undefined, { signal: end.signal });
    }
  };
  const asking = Array.from({ length: count }, (_, tab) =>
    habits.map((habit) => ask(habit, (habit.everyMs * tab) / count)),
  ).flat();
  return {
    read: () => ({ answers: seen.answers, notModified: seen.notModified, readings: seen.readings.size }),
    async close() {
      end.abort();
      const ended = await Promise.allSettled(asking);
      const failed = ended.find((one) => one.status === "rejected" && one.reason?.name !== "AbortError");
      if (failed?.status === "rejected") throw failed.reason;
    },
  };
}
