import type { ConsoleStore } from "@switchyard/broker/redis-console-store";
import { type ConsoleFile, type ConsoleFiles, packConsole, readConsoleFiles, unpackConsole } from "./console-files.ts";

/** The console of this api, and the files of those of other versions that are served beside it while apis are replaced. */
export interface ConsoleVersions {
  /** Made when it is first asked for: an api that nobody looks at reads none of it. Others find it from then on. */
  own(): Promise<ConsoleFiles>;
  /** Undefined: there is no such file, or nobody keeps that version. */
  find(hash: string, path: string): Promise<ConsoleFile | undefined>;
}

/** So often it is kept anew, for a week each time: pages that are open longer ask to be loaded again. */
const keepEveryMs = 3_600_000;
/** Of others, in memory: there is one before and one behind, and perhaps one that was taken back. */
const othersMax = 3;
const wellFormed = /^[-\w]{16}$/;

export function openConsoleVersions(store: ConsoleStore): ConsoleVersions {
  const others = new Map<string, ReadonlyMap<string, ConsoleFile>>();
  let made: Promise<ConsoleFiles> | undefined;
  let keptAtMs = Number.NEGATIVE_INFINITY;

  async function own(): Promise<ConsoleFiles> {
    const console = await (made ??= readConsoleFiles());
    if (performance.now() - keptAtMs < keepEveryMs) return console;
    keptAtMs = performance.now();
    // Without it the page is whole as long as there are no two versions.
    await store.keep(console.hash, packConsole(console)).catch(() => (keptAtMs = Number.NEGATIVE_INFINITY));
    return console;
  }

  async function readOther(hash: string): Promise<ReadonlyMap<string, ConsoleFile> | undefined> {
    const known = others.get(hash);
    if (known !== undefined) return known;
    const packed = wellFormed.test(hash) ? await store.read(hash) : undefined;
    if (packed === undefined) return undefined;
    const found = unpackConsole(packed);
    // Whoever may write to Redis shall not be able to put a script into the pages of operators.
    if (found.hash !== hash) return undefined;
    if (others.size >= othersMax) others.delete(others.keys().next().value ?? "");
    others.set(hash, found.files);
    return found.files;
  }

  return {
    own,
    async find(hash, path) {
      const ours = await own();
      return (hash === ours.hash ? ours.files : await readOther(hash))?.get(path);
    },
  };
}
