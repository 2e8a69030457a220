import type { Publisher, PublishOptions, PublishResult } from "@switchyard/broker/broker";
import type { Control } from "@switchyard/broker/control";
import type { NodeAnswers } from "@switchyard/broker/node-line";
import { readPublicationData } from "@switchyard/broker/publication-data";
import { HubError } from "@switchyard/protocol/hub-error";
import type { Tags } from "@switchyard/protocol/publication";
import type { PublicationBody } from "@switchyard/protocol/publication-body";
import type { Logger } from "@switchyard/runtime/logger";
import type { StreamPosition } from "@switchyard/protocol/stream-position";
import type { RepeatKey } from "../access/repeat-key.ts";
import type { AskedChannel, ChannelCheck, CheckedChannel } from "./check-channel.ts";
import { createForgottenNamespaceHint } from "./forgotten-namespace.ts";
import { publicationDataOf } from "./message-data.ts";
import type { ApiMetrics } from "../metrics.ts";
import { ApiError } from "../errors/api-error.ts";
import { failureOfWriting } from "../errors/or-unavailable.ts";
import { type Receipt, toReceipt } from "./receipt.ts";
import { type RpcErrorBody, toRpcError } from "../rpc/rpc-error.ts";

/** What a back end may say about a message; the names are Centrifugo's, but for the last two. */
export interface Message {
  readonly data?: unknown;
  readonly b64data?: string;
  readonly tags?: Tags;
  readonly skip_history?: boolean;
  readonly version?: number;
  readonly version_epoch?: string;
  readonly delta?: boolean;
  readonly exclude_client?: string;
  readonly receipt?: boolean;
  /** What `idempotency_key` and the header of that name come to; without it the message is published each time. */
  readonly repeatKey?: RepeatKey | undefined;
}

/**
 * The position is left out where the channel keeps no history, as Centrifugo leaves zero values out. The receipt is there when
 * it was asked for; with it, why a message was not sent at all.
 */
export interface Published extends Partial<StreamPosition>, Partial<Receipt> {
  readonly duplicate?: boolean;
  readonly suppressed?: boolean;
}

type Outcome = { readonly result: Published } | { readonly error: RpcErrorBody };

/** Where a caller wrote a channel, and by which key they call. */
type Place = Pick<AskedChannel, "field" | "apiKey">;

/** Publishing for whoever holds the API key: any channel that has a name and a namespace. */
export interface ChannelPublisher {
  /**
   * @throws HubError 102 for a namespace nobody configured, 103 for one that is not open to the key, 107 for a name that cannot be one, 100 when Redis is away.
   */
  publish(channel: string, message: Message, place: Place): Promise<Published>;
  /** The same to many; one that fails does not keep the others from theirs. */
  publishEach(channels: readonly (Place & { readonly channel: string })[], message: Message): Promise<Outcome[]>;
}

interface CheckedMessage extends CheckedChannel {
  readonly body: PublicationBody;
}

export interface ChannelPublisherDeps {
  readonly publisher: Publisher;
  readonly control: Pick<Control, "publishWithReceipt">;
  readonly checkChannel: ChannelCheck;
  readonly metrics: Pick<ApiMetrics, "publishes">;
  readonly logger: Pick<Logger, "warn">;
}

export function createChannelPublisher(deps: ChannelPublisherDeps): ChannelPublisher {
  const { publisher, control, checkChannel } = deps;
  const hintAtNamespace = createForgottenNamespaceHint(deps.logger);
  const count = (result: string) => deps.metrics.publishes.inc({ result });

  function check(text: string, message: Message, place: Place): CheckedMessage {
    const checked = checkChannel(text, { ...place, use: "publish" });
    const { field, data } = publicationDataOf(message);
    const read = readPublicationData(data, checked.options);
    if ("problem" in read) throw new HubError("badRequest", `${field}: ${read.problem}`);
    const { tags } = message;
    return { ...checked, body: { payload: read.payload, ...(tags !== undefined && { tags }) } };
  }

  async function publish(text: string, message: Message, place: Place): Promise<Published> {
    try {
      const { channel, options: channelOptions, body } = check(text, message, place);
      hintAtNamespace(channel, channelOptions);
      const { receipt: wantsReceipt = false } = message;
      const options = toOptions(message);
      const published: PublishResult & { receipt?: NodeAnswers } = await (wantsReceipt
        ? control.publishWithReceipt(channel, body, options)
        : publisher.publish(channel, body, options));
      const { offset, epoch, duplicate, suppressed, receipt } = published;
      count(duplicate ? "duplicate" : suppressed ? "suppressed" : "published");
      const position = offset === 0 ? {} : { offset, epoch };
      if (receipt === undefined) return position;
      return { ...position, ...toReceipt(receipt), ...(duplicate && { duplicate }), ...(suppressed && { suppressed }) };
    } catch (failure) {
      const error = failureOfWriting(failure);
      count(error instanceof HubError || error instanceof ApiError ? String(toRpcError(error).code) : "100");
      throw error;
    }
  }

  return {
    publish,
    publishEach: (channels, message) =>
      Promise.all(channels.map(({ channel, ...place }) => settle(publish(channel, message, place), deps.logger))),
  };
}

function toOptions(message: Message): PublishOptions {
  const { skip_history, repeatKey, version, version_epoch, delta, exclude_client } = message;
  if (version_epoch && version === undefined) {
    throw new HubError("badRequest", "version_epoch: has no meaning without `version`; add one, or leave it out");
  }
  return {
    ...(skip_history !== undefined && { skipHistory: skip_history }),
    ...(repeatKey !== undefined && { idempotencyKey: repeatKey.key }),
    ...(repeatKey?.ttlMs !== undefined && { idempotencyTtlMs: repeatKey.ttlMs }),
    ...(version !== undefined && { version }),
    ...(version_epoch && { versionEpoch: version_epoch }),
    ...(delta !== undefined && { delta }),
    ...(exclude_client !== undefined && { exclude: exclude_client }),
  };
}

async function settle(publishing: Promise<Published>, logger: Pick<Logger, "warn">): Promise<Outcome> {
  try {
    return { result: await publishing };
  } catch (error) {
    if (!(error instanceof HubError) && !(error instanceof ApiError)) throw error;
    // One of many is answered for itself, so nobody else would log why.
    if (error instanceof ApiError && error.code === "internal") logger.warn({ err: error }, "publication failed");
    return { error: toRpcError(error) };
  }
}
