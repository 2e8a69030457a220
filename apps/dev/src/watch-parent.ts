/**
 * Calls back once the process that started this one is gone, as after `kill -9` of npm: no signal tells, but the kernel gives
 * an orphan another parent. Looked at four times a second; a pipe would tell at once, but npm gives its scripts none.
 */
export function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 250);
  timer.unref();
}
