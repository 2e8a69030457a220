import { afterEach, expect, test, vi } from "vitest";
import { openHub } from "./hub.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Accepts every request and says nothing, or begins an answer that does not end; in what time it was given up. */
function hangingApi(begins: boolean): { readonly limitsMs: readonly number[] } {
  const limitsMs: number[] = [];
  vi.spyOn(AbortSignal, "timeout").mockImplementation((limitMs) => {
    limitsMs.push(limitMs);
    return AbortSignal.abort();
  });
  vi.stubGlobal("fetch", async (_path: string, { signal }: { readonly signal: AbortSignal }) => {
    if (!begins) return new Promise((_, fail) => fail(signal.reason));
    const body = new ReadableStream({ start: (answer) => (signal.aborted ? answer.error(signal.reason) : undefined) });
    return new Response(body);
  });
  return { limitsMs };
}

test.each([false, true])(
  "what an api that hangs does not answer in seconds is given up, and of an act it is said that it may have been done (begun: %s)",
  async (begins) => {
    const { limitsMs } = hangingApi(begins);
    const hub = openHub();
    const known = { etag: "" };
    await expect(hub.read("overview")).rejects.toMatchObject({ status: 0, code: "unreachable" });
    await expect(hub.readIfNew("overview", known)).rejects.toMatchObject({ status: 0, code: "unreachable" });
    await expect(hub.read("bulk-acts/count", {})).rejects.toMatchObject({ status: 0, code: "unreachable" });
    await expect(hub.send("POST", "groups/mail/resume")).rejects.toMatchObject({ status: 0, code: "unanswered" });
    expect(limitsMs).toEqual([5_000, 5_000, 5_000, 10_000]);
  },
);

test("a question that its page has given up is no failure of the api", async () => {
  hangingApi(false);
  const gone = AbortSignal.abort();
  await expect(openHub().readIfNew("overview", { etag: "" }, gone)).rejects.toBe(gone.reason);
});
