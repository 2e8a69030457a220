/** As many as there are namespaces and uses, and a few more; clients may think up others, and must not fill a log. */
const maxReasons = 50;

/** Says what a client was refused, for the log: each reason the first time alone, and no more than {@link maxReasons} of them. */
export function oncePerReason(tell: (reason: string, what: string) => void): (reason: string, what: string) => void {
  const told = new Set<string>();
  return (reason, what) => {
    const key = `${what} ${reason}`;
    if (told.size >= maxReasons || told.has(key)) return;
    told.add(key);
    tell(reason, `${what} (told once per reason)`);
  };
}
