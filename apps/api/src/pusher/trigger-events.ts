import type { Publisher } from "@switchyard/broker/broker";
import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { PusherApp } from "@switchyard/pusher/apps";
import { kindOfChannel } from "@switchyard/pusher/channel";
import { eventPayload } from "@switchyard/pusher/event";
import { orOutcomeUnknown, orUnavailable } from "../errors/or-unavailable.ts";
import type { ApiMetrics } from "../metrics.ts";
import type { Scope } from "../scope.ts";
import { type AttributeDeps, type Attributes, readAttributes } from "./channel-attributes.ts";
import { type AskedEvent, readBatchRequest, readEventRequest } from "./event-request.ts";

export interface TriggerDeps extends AttributeDeps {
  readonly rules: Pick<ChannelRules, "resolve">;
  readonly publisher: Publisher;
  readonly metrics: Pick<ApiMetrics, "publishes">;
}

/** `POST /apps/:id/events` and `/apps/:id/batch_events`. Without `info` the answer is `{}`: libraries compare it with that. */
export function triggerEvents(scope: Scope, deps: TriggerDeps): void {
  const schema = { hide: true };
  scope.post("/apps/:id/events", { schema }, async (request) => {
    const { pusherApp: app } = request;
    const event = readEventRequest(request, deps.rules);
    await publishAll([event], deps);
    if (event.info.length === 0) return {};
    return { channels: Object.fromEntries(await describe(app, event, deps)) };
  });
  scope.post("/apps/:id/batch_events", { schema }, async (request) => {
    const { pusherApp: app } = request;
    const events = readBatchRequest(request, deps.rules);
    await publishAll(events, deps);
    if (events.every(({ info }) => info.length === 0)) return {};
    const described = await Promise.all(events.map((event) => describe(app, event, deps)));
    return { batch: described.map(([[, attributes] = ["", {}]]) => attributes) };
  });
}

/** In their order: what is sent over one connection in one turn arrives as it was sent. */
async function publishAll(events: readonly AskedEvent[], deps: TriggerDeps): Promise<void> {
  const publishing = events.flatMap((event) =>
    Array.from(event.channels.values(), ({ channel }) => publish(channel, event, deps)),
  );
  // All of them have been tried before it is said that one has failed.
  await Promise.allSettled(publishing);
  await Promise.all(publishing);
}

async function publish(
  channel: ChannelName,
  { name, dataJson, socketId }: AskedEvent,
  { publisher, metrics }: TriggerDeps,
): Promise<void> {
  const options = socketId === undefined ? {} : { exclude: socketId };
  try {
    await orOutcomeUnknown(publisher.publish(channel, { payload: eventPayload(name, dataJson) }, options));
    metrics.publishes.inc({ result: "published" });
  } catch (error) {
    metrics.publishes.inc({ result: "100" });
    throw error;
  }
}

/** What was asked for, of each channel; how many users there are is known of presence channels alone. */
function describe(
  app: PusherApp,
  { channels, info }: AskedEvent,
  deps: TriggerDeps,
): Promise<(readonly [string, Attributes])[]> {
  const describing = Array.from(channels, async ([name, checked]) => {
    const isPresence = kindOfChannel(name).access === "presence";
    const known = info.filter((attribute) => attribute !== "user_count" || isPresence);
    return [name, await orUnavailable(readAttributes({ ...checked, name, realm: app.id }, known, deps))] as const;
  });
  return Promise.all(describing);
}
