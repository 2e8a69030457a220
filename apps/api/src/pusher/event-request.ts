import type { ChannelRules } from "@switchyard/broker/channel-rules";
import { eventNameProblem } from "@switchyard/pusher/event";
import type { PusherApp } from "@switchyard/pusher/apps";
import type { FastifyRequest } from "fastify";
import Type, { type Static, type TSchema } from "typebox";
import type { CheckedChannel } from "../channels/check-channel.ts";
import { ApiError } from "../errors/api-error.ts";
import { decodeJsonText, parseJson } from "../json/json-parser.ts";
import { invalidRequest } from "../shapes/request-problems.ts";
import { createShapeCheck } from "../shapes/shape-check.ts";
import { type Attribute, parseAttributes } from "./channel-attributes.ts";
import { findHubChannel } from "./hub-channel.ts";

type Rules = Pick<ChannelRules, "resolve">;

/** An event for channels, checked. */
export interface AskedEvent {
  readonly name: string;
  /** JSON text of `data`, which is a text itself. */
  readonly dataJson: string;
  /** By what the app calls them. */
  readonly channels: ReadonlyMap<string, CheckedChannel>;
  /** The connection that is not sent to. */
  readonly socketId: string | undefined;
  readonly info: readonly Attribute[];
}

const channelsMax = 100;
const batchMax = 10;

const common = {
  name: Type.String(),
  data: Type.String(),
  socket_id: Type.Optional(Type.Unsafe<string | null>({ type: ["string", "null"] })),
  info: Type.Optional(Type.Unsafe<string | null>({ type: ["string", "null"] })),
};
// Libraries send fields that only Pusher's own servers know; what an event needs is checked, what it has beyond is not.
const Event = Type.Object({
  ...common,
  channel: Type.Optional(Type.String()),
  channels: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: channelsMax })),
});
const BatchEvent = Type.Object({ ...common, channel: Type.String() });
const Batch = Type.Object({ batch: Type.Array(BatchEvent, { minItems: 1, maxItems: batchMax }) });

/** `POST /apps/:id/events`. @throws ApiError naming the field and its bound */
export function readEventRequest(request: FastifyRequest, rules: Rules): AskedEvent {
  const event = readBody(request, Event, checkEvent);
  const { channel, channels = channel === undefined ? undefined : [channel] } = event;
  if (channels === undefined) throw invalid("channels", "is missing");
  if (channel !== undefined && event.channels !== undefined) {
    throw invalid("channel", "stands beside channels; send one of them");
  }
  const fieldOf = (index: number) => (channel === undefined ? `channels[${index}]` : "channel");
  return readEvent(event, { channels, fieldOf, rules, app: request.pusherApp, at: "" });
}

/** `POST /apps/:id/batch_events`: all of them are checked before the first is sent. @throws ApiError naming the field and its bound */
export function readBatchRequest(request: FastifyRequest, rules: Rules): AskedEvent[] {
  const { batch } = readBody(request, Batch, checkBatch);
  return batch.map((event, index) => {
    const at = `batch[${index}].`;
    const fieldOf = () => `${at}channel`;
    return readEvent(event, { channels: [event.channel], fieldOf, rules, app: request.pusherApp, at });
  });
}

const [checkEvent, checkBatch] = [createShapeCheck(Event), createShapeCheck(Batch)];

function readBody<S extends TSchema>(request: FastifyRequest, _schema: S, check: typeof checkEvent): Static<S> {
  const bytes = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
  const body = parseJson(decodeJsonText(bytes, request.headers));
  const problems = check(body);
  if (problems.length > 0) throw invalidRequest(problems, "body");
  return body as Static<S>;
}

interface EventPlace {
  readonly channels: readonly string[];
  readonly fieldOf: (index: number) => string;
  readonly app: PusherApp;
  readonly rules: Rules;
  /** Begins the names of its fields. */
  readonly at: string;
}

function readEvent(
  { name, data, socket_id, info }: Pick<Static<typeof Event>, keyof typeof common>,
  { channels, fieldOf, app, rules, at }: EventPlace,
): AskedEvent {
  const problem = eventNameProblem(name);
  if (problem !== undefined) throw invalid(`${at}name`, problem);
  const checked = channels.map((channel, index) => {
    const named = { name: channel, field: fieldOf(index), use: "publish" as const };
    return [channel, findHubChannel(rules, app, named)] as const;
  });
  const bytes = Buffer.byteLength(data);
  if (bytes > app.event_max_size) {
    const detail = `is ${bytes} bytes long, the bound is ${app.event_max_size} (event_max_size of the app)`;
    throw new ApiError("body_too_large", `${at}data: ${detail}`, { field: `${at}data` });
  }
  if (socket_id && !/^\d+\.\d+$/.test(socket_id)) {
    throw invalid(`${at}socket_id`, "must be what a client was told, such as 123.456");
  }
  return {
    name,
    dataJson: JSON.stringify(data),
    channels: new Map(checked),
    socketId: socket_id || undefined,
    info: parseAttributes(info ?? "", { field: `${at}info`, known: ["user_count", "subscription_count"] }),
  };
}

function invalid(field: string, problem: string): ApiError {
  return new ApiError("invalid_request", `${field}: ${problem}`, { field });
}
