import { serveCalls } from "../process/serve-calls.ts";
import { startClosedLoop, type ClosedLoop, type ClosedLoopReading } from "./closed-loop.ts";
import { openEmitter, type Emit, type EmitterKind } from "./open-emitter.ts";
import { monotonicUs } from "../machine/monotonic-us.ts";
import { startOpenSchedule, type OpenSchedule, type ScheduleReading } from "./open-schedule.ts";
import { createPayload } from "./payload.ts";

export interface PublisherReading extends ScheduleReading {
  /** Messages the backplane did not take. */
  readonly failed: number;
  readonly firstFailure?: string;
}

interface StartOptions {
  readonly channel: string;
  readonly ratePerSec: number;
  /** Default 100. */
  readonly payloadBytes?: number;
}

let emit: Emit | undefined;
let schedule: OpenSchedule | undefined;
let loop: ClosedLoop | undefined;
let failures: string[] = [];

const publisherCalls = {
  async open(options: { kind: EmitterKind; redisUrl: string }): Promise<void> {
    emit = await openEmitter(options.kind, options.redisUrl);
  },
  start({ channel, ratePerSec, payloadBytes }: StartOptions): void {
    const send = emit;
    if (send === undefined || schedule !== undefined)
      throw new Error("open the publisher, and stop it before a new start");
    failures = [];
    const onFailure = (error: unknown) => void failures.push(String(error));
    schedule = startOpenSchedule(
      ratePerSec,
      (dueUs) => void send(channel, createPayload(dueUs, payloadBytes)).catch(onFailure),
    );
  },
  async stop(): Promise<PublisherReading> {
    if (schedule === undefined) return fail("start the publisher first");
    const reading = await schedule.stop();
    schedule = undefined;
    const [firstFailure] = failures;
    return { ...reading, failed: failures.length, ...(firstFailure !== undefined && { firstFailure }) };
  },
  /** As fast as it goes, to `channel-1` … `channel-<channels>` in turn. */
  startLoop({ channel, channels, inFlight }: { channel: string; channels: number; inFlight: number }): void {
    const send = emit;
    if (send === undefined || loop !== undefined) throw new Error("open the publisher, and stop it before a new start");
    const names = Array.from({ length: channels }, (_, index) => `${channel}-${index + 1}`);
    loop = startClosedLoop(inFlight, (index) => {
      return send(names[index % channels] ?? "", createPayload(monotonicUs()));
    });
  },
  async stopLoop(): Promise<ClosedLoopReading> {
    const reading = await loop?.stop();
    loop = undefined;
    return reading ?? fail("start the publisher first");
  },
};
export type PublisherCalls = typeof publisherCalls;

serveCalls(publisherCalls);

function fail(message: string): never {
  throw new Error(message);
}
