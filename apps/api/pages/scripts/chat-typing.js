/** Said at most so often, and shown for so long after it was said last. */
const saidEveryMs = 2_000;
const shownMs = 4_000;

/**
 * Who types. `key()` is called at every key of this page's own and calls `tell` now and then; `heard(user, name)` and `stopped(user)` are
 * about others, whose names are handed to `show`, newest last.
 */
export function watchTyping({ tell, show }) {
  const others = new Map();
  let saidAtMs = -Infinity;

  const forget = (user) => {
    clearTimeout(others.get(user)?.timer);
    if (others.delete(user)) show([...others.values()].map(({ name }) => name));
  };
  return {
    key() {
      if (performance.now() - saidAtMs < saidEveryMs) return;
      saidAtMs = performance.now();
      tell();
    },
    /** What was typed is sent: the next key is news again. */
    sent: () => (saidAtMs = -Infinity),
    heard(user, name) {
      clearTimeout(others.get(user)?.timer);
      others.set(user, { name, timer: setTimeout(forget, shownMs, user) });
      show([...others.values()].map((other) => other.name));
    },
    stopped: forget,
  };
}
