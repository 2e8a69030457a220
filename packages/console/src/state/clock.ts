import { type ReadonlySignal, signal } from "@preact/signals";
import type { HubCalls } from "./hub.ts";

/** Redis' clock by the second, as far as answers of the hub have told it: ages never use the clock of a laptop that goes wrong. */
export interface Clock {
  readonly nowMs: ReadonlySignal<number>;
  /** At this very moment. */
  read(): number;
}

/** It stands while the page is hidden. */
export function startClock({ clockLeadMs }: Pick<HubCalls, "clockLeadMs">): Clock {
  const read = () => Date.now() + clockLeadMs.peek();
  const nowMs = signal(read());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tick = () => {
    nowMs.value = read();
    timer = setTimeout(tick, 1_000 - (nowMs.peek() % 1_000));
  };
  const follow = () => {
    clearTimeout(timer);
    if (!document.hidden) tick();
  };
  document.addEventListener("visibilitychange", follow);
  follow();
  return { nowMs, read };
}
