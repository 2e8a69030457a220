import { serveCalls } from "../process/serve-calls.ts";
import { openEmitter, type Emit, type EmitterKind } from "./open-emitter.ts";
import { startOpenSchedule, type OpenSchedule, type ScheduleReading } from "./open-schedule.ts";
import { createPayload } from "./payload.ts";

export interface PublisherReading extends ScheduleReading {
  /** Messages the backplane did not take. */
  readonly failed: number;
  readonly firstFailure?: string;
}

let emit: Emit | undefined;
let schedule: OpenSchedule | undefined;
let failures: string[] = [];

const publisherCalls = {
  async open(options: { kind: EmitterKind; redisUrl: string }): Promise<void> {
    emit = await openEmitter(options.kind, options.redisUrl);
  },
  start({ channel, ratePerSec }: { channel: string; ratePerSec: number }): void {
    const send = emit;
    if (send === undefined || schedule !== undefined)
      throw new Error("open the publisher, and stop it before a new start");
    failures = [];
    const onFailure = (error: unknown) => void failures.push(String(error));
    schedule = startOpenSchedule(ratePerSec, (dueUs) => void send(channel, createPayload(dueUs)).catch(onFailure));
  },
  async stop(): Promise<PublisherReading> {
    if (schedule === undefined) throw new Error("start the publisher first");
    const reading = await schedule.stop();
    schedule = undefined;
    const [firstFailure] = failures;
    return { ...reading, failed: failures.length, ...(firstFailure !== undefined && { firstFailure }) };
  },
};
export type PublisherCalls = typeof publisherCalls;

serveCalls(publisherCalls);
