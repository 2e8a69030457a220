import type { MutantGroup } from "../mutant.ts";

/** What a page knows of an inbox, while answers are held up and events come. */
export const bellMutants: MutantGroup = {
  name: "bell",
  root: "apps/api/bell",
  tests: ["apps/api/src/bell/inbox-copy.test.ts"],
  mutants: [
    {
      file: "inbox-copy.js",
      find: "offset < this.#countsOffset) return;",
      replace: "false) return;",
      breaks: "The badge never goes back to what it was, however late an answer comes.",
    },
    {
      file: "inbox-copy.js",
      find: "known === undefined || known.offset < offset)",
      replace: "true)",
      breaks: "An event does not undo what a newer answer has told of an item.",
    },
    {
      file: "inbox-copy.js",
      find: "if (later.offset > offset) this.#change",
      replace: "if (false) this.#change",
      breaks: "A page that was read before the newest events is brought up to date by them.",
    },
    {
      file: "inbox-copy.js",
      find: "|| offset < this.#since) return false;",
      replace: "|| false) return false;",
      breaks: "A page that is older than an inbox that was erased is not shown.",
    },
    {
      file: "inbox-copy.js",
      find: "isListed(item) && item.seq >= floor",
      replace: "isListed(item)",
      breaks: "A list has no holes between its pages.",
    },
    {
      file: "inbox-copy.js",
      find: "!comesBack.has(event.state) || this.#noteHole(event, offset);",
      replace: "!comesBack.has(event.state) || true;",
      breaks: "What comes back from the archive is in the list again.",
    },
  ],
};
