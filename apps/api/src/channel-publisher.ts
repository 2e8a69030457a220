import type { Publisher, PublishOptions } from "@switchyard/broker/broker";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import { parseChannelName } from "@switchyard/protocol/channel-name";
import { HubError } from "@switchyard/protocol/hub-error";
import type { Tags } from "@switchyard/protocol/publication";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { ApiMetrics } from "./metrics.ts";

/** What a back end may say about a message; the names are Centrifugo's. */
interface Message {
  readonly data: unknown;
  readonly tags?: Tags;
  readonly skip_history?: boolean;
  readonly idempotency_key?: string;
  readonly version?: number;
}

/** Empty where the channel keeps no history, as Centrifugo leaves zero values out. */
type Position = StreamPosition | Record<string, never>;

type Outcome = { readonly result: Position } | { readonly error: { readonly code: number; readonly message: string } };

/** Publishing for whoever holds the API key: any channel that has a name and a namespace. */
export interface ChannelPublisher {
  /**
   * `field` is where the caller wrote the channel, for the message.
   * @throws HubError 102 for a namespace nobody configured, 107 for a name that cannot be one, 100 when Redis is away.
   */
  publish(channel: string, message: Message, field: string): Promise<Position>;
  /** The same to many; one that fails does not keep the others from theirs. */
  publishEach(channels: readonly { channel: string; field: string }[], message: Message): Promise<Outcome[]>;
}

export interface ChannelPublisherDeps {
  readonly publisher: Publisher;
  readonly rules: ChannelRules;
  readonly channelMaxBytes: number;
  readonly metrics: Pick<ApiMetrics, "publishes">;
}

export function createChannelPublisher(deps: ChannelPublisherDeps): ChannelPublisher {
  const count = (result: string) => deps.metrics.publishes.inc({ result });

  async function publish(channel: string, message: Message, field: string): Promise<Position> {
    try {
      checkChannel(channel, field, deps);
      const { data, tags } = message;
      const body = tags === undefined ? { data } : { data, tags };
      const { offset, epoch, duplicate, suppressed } = await deps.publisher.publish(channel, body, toOptions(message));
      count(duplicate ? "duplicate" : suppressed ? "suppressed" : "published");
      return offset === 0 ? {} : { offset, epoch };
    } catch (error) {
      count(error instanceof HubError ? String(error.code) : "100");
      throw error;
    }
  }

  return {
    publish,
    publishEach: (channels, message) =>
      Promise.all(channels.map(({ channel, field }) => settle(publish(channel, message, field)))),
  };
}

function toOptions({ skip_history, idempotency_key, version }: Message): PublishOptions {
  return {
    ...(skip_history !== undefined && { skipHistory: skip_history }),
    ...(idempotency_key !== undefined && { idempotencyKey: idempotency_key }),
    ...(version !== undefined && { version }),
  };
}

async function settle(publishing: Promise<Position>): Promise<Outcome> {
  try {
    return { result: await publishing };
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    return { error: { code: error.code, message: error.publicMessage } };
  }
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for.
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

function checkChannel(channel: string, field: string, { rules, channelMaxBytes }: ChannelPublisherDeps): void {
  const refuse = (detail: string) => {
    throw new HubError("badRequest", `${field}: ${detail}`);
  };
  if (channel === "") refuse("must not be empty");
  const bytes = Buffer.byteLength(channel);
  if (bytes > channelMaxBytes) refuse(`is ${bytes} bytes long, the bound is ${channelMaxBytes} (channel.max_length)`);
  if (controlCharacter.test(channel)) refuse("must not contain control characters");
  // Half a surrogate pair becomes U+FFFD on the wire, so two such names would be one channel.
  if (!channel.isWellFormed()) refuse("must be valid Unicode, without half surrogate pairs");
  if (rules.find(channel) !== undefined) return;
  const { namespace } = parseChannelName(channel);
  throw new HubError(
    "unknownChannel",
    `${field}: no namespace \`${namespace}\` is configured; add it to channel.namespaces`,
  );
}
