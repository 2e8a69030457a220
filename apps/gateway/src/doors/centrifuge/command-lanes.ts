import type { Command } from "@switchyard/protocol/command";
import type { Turn } from "../../decisions/hook.ts";
import type { Transport } from "../../carriers/transport.ts";

/** Of one connection. Who asks for more waits, up to these, and hears 111 beyond. */
const bounds = { running: 32, waiting: 1_024, waitingBytes: 262_144 } as const;

interface Item {
  readonly command: Command;
  /** Items of one key run one after the other; undefined: whenever there is room. */
  readonly key: string | undefined;
  readonly bytes: number;
  readonly cameAtMs: number;
  /** Only where it has a key, since nothing else is taken back. */
  controller: AbortController | undefined;
}

export interface CommandLanesOptions {
  /** Must not reject. */
  readonly run: (command: Command, turn: Turn) => Promise<void>;
  /** One that is beyond the bounds. */
  readonly refuse: (command: Command) => void;
  readonly flow: Pick<Transport, "pause" | "resume">;
}

/**
 * The commands of one client that ask a back end. They run beside each other, so that a slow answer holds up nothing that does not
 * need it, and their answers may overtake each other; those of one key keep their order. What may wait is bounded, and while
 * the bound is reached the client's socket is not read.
 */
export class CommandLanes {
  readonly #options: CommandLanesOptions;
  /** The next of each key, and all that have none. */
  readonly #ready: Item[] = [];
  /** By key, what is behind the one that is ready or runs; empty while there is none. */
  readonly #behind = new Map<string, Item[]>();
  readonly #running = new Set<Item>();
  #waiting = 0;
  #waitingBytes = 0;
  #isPaused = false;
  #onIdle: (() => void) | undefined;

  constructor(options: CommandLanesOptions) {
    this.#options = options;
  }

  has(key: string): boolean {
    return this.#behind.has(key);
  }

  add(command: Command, key: string | undefined): void {
    const isFree = key === undefined || !this.#behind.has(key);
    const runsNow = isFree && this.#running.size < bounds.running;
    const item = {
      command,
      key,
      bytes: runsNow ? 0 : sizeOf(command),
      cameAtMs: performance.now(),
      controller: undefined,
    };
    if (!runsNow && this.#isFullFor(item)) return this.#options.refuse(command);
    if (key !== undefined && isFree) this.#behind.set(key, []);
    if (runsNow) return void this.#run(item);
    this.#waiting++;
    this.#waitingBytes += item.bytes;
    (isFree || key === undefined ? this.#ready : this.#behind.get(key))?.push(item);
    if (this.#isFull) this.#pause();
  }

  /** What is asked under this key is wanted no more. It is answered all the same, each in its turn. */
  abort(key: string): void {
    const isMeant = (item: Item) => item.key === key;
    for (const item of [...this.#running, ...this.#ready].filter(isMeant)) controllerOf(item).abort();
    for (const item of this.#behind.get(key) ?? []) controllerOf(item).abort();
  }

  get isIdle(): boolean {
    return this.#running.size === 0 && this.#waiting === 0;
  }

  /** Resolves when everything is answered; for one caller, when nothing more comes. */
  idle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise((resolve) => (this.#onIdle = resolve));
  }

  get #isFull(): boolean {
    return this.#waiting >= bounds.waiting || this.#waitingBytes >= bounds.waitingBytes;
  }

  /** One that is larger than all that may wait can wait alone. */
  #isFullFor({ bytes }: Item): boolean {
    return this.#isFull || (this.#waiting > 0 && this.#waitingBytes + bytes > bounds.waitingBytes);
  }

  async #run(item: Item): Promise<void> {
    this.#running.add(item);
    const { command, key, cameAtMs } = item;
    await this.#options.run(command, { cameAtMs, signal: key === undefined ? undefined : controllerOf(item).signal });
    this.#running.delete(item);
    this.#handOver(item.key);
    this.#startNext();
  }

  #handOver(key: string | undefined): void {
    if (key === undefined) return;
    const next = this.#behind.get(key)?.shift();
    if (next === undefined) this.#behind.delete(key);
    else this.#ready.push(next);
  }

  #startNext(): void {
    while (this.#running.size < bounds.running) {
      const next = this.#ready.shift();
      if (next === undefined) break;
      this.#waiting--;
      this.#waitingBytes -= next.bytes;
      void this.#run(next);
    }
    if (this.#isPaused && this.#waiting < bounds.waiting / 2 && this.#waitingBytes < bounds.waitingBytes / 2) {
      this.#isPaused = false;
      this.#options.flow.resume();
    }
    if (this.isIdle) this.#onIdle?.();
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#options.flow.pause();
  }
}

function controllerOf(item: Item): AbortController {
  return (item.controller ??= new AbortController());
}

/** What it holds, about: its data, which is all that can be large. */
function sizeOf({ request }: Command): number {
  const { data } = request as { readonly data?: unknown };
  if (data === undefined) return 0;
  return data instanceof Uint8Array ? data.length : JSON.stringify(data).length;
}
