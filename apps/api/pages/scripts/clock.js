const format = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const brief = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** `10:21:04.312` in the reader's time zone. */
export function exactTime(ms) {
  return `${format.format(ms)}.${String(Math.floor(ms) % 1000).padStart(3, "0")}`;
}

/** `10:21` */
export function shortTime(ms) {
  return brief.format(ms);
}

/** `7 ms`, `1.4 s`, `2 min 5 s` */
export function duration(ms) {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

/**
 * The way of a message from its sender's clock to ours, or undefined when the clocks are not the same: pages on one machine
 * can be compared, a phone's and this one's cannot.
 */
export function latency(sentAtMs) {
  const ms = Date.now() - sentAtMs;
  return typeof sentAtMs === "number" && ms >= 0 && ms < 30_000 ? ms : undefined;
}
