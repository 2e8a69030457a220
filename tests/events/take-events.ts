import { setTimeout as delay } from "node:timers/promises";
import type { EventBatch, EventOutbox } from "@switchyard/broker/event-outbox";
import type { ToldEvent } from "./told-event.ts";

export interface Taken {
  readonly told: readonly ToldEvent[];
  /** Batches that were taken more than once, as they were not done. */
  readonly repeated: number;
  /** Of these, batches that were not the same. */
  readonly changed: number;
}

/** Takes events while they are written, and dies with one batch in ten before it is done; who comes after it finds the very same. */
export function takeEvents(outbox: EventOutbox, random: () => number): { finish(): Promise<Taken> } {
  const told: ToldEvent[] = [];
  const bodies = new Map<string, string>();
  const counts = { repeated: 0, changed: 0 };
  let isOver = false;

  function note(batch: EventBatch): void {
    const body = JSON.stringify(batch.events);
    const known = bodies.get(batch.id);
    if (known === undefined) told.push(...batch.events.map(({ json }) => JSON.parse(json) as ToldEvent));
    else counts.repeated++;
    if (known !== undefined && known !== body) counts.changed++;
    bodies.set(batch.id, body);
  }

  async function takeLane(lane: number): Promise<void> {
    for (let batch = await outbox.take(lane); batch !== undefined; batch = await outbox.take(lane)) {
      note(batch);
      if (random() < 0.1) continue;
      await outbox.done(lane, batch, { told: new Set(["one"]), lost: new Map() });
    }
  }

  async function takeAll(): Promise<void> {
    while (!isOver) {
      await Promise.all(outbox.lanes.map(takeLane));
      await delay(5);
    }
    await Promise.all(outbox.lanes.map(takeLane));
  }

  const taking = takeAll();
  return {
    async finish() {
      isOver = true;
      await taking;
      return { told, ...counts };
    },
  };
}
