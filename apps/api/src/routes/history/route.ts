import type { HistoryReader, StoredPublication } from "@switchyard/broker/broker";
import { followsPosition } from "@switchyard/broker/follows-position";
import { HubError } from "@switchyard/protocol/hub-error";
import type { Publication } from "@switchyard/protocol/publication";
import { checkKeepsHistory, type ChannelCheck } from "../../channels/check-channel.ts";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { historySpec, limitMax } from "./schema.ts";

export interface HistoryDeps {
  readonly history: HistoryReader;
  readonly checkChannel: ChannelCheck;
}

/** `POST /api/history`, Centrifugo's. */
export function readHistory({ history, checkChannel }: HistoryDeps): RpcCommand {
  return defineRpc(historySpec, async ({ channel: name, limit = 0, since, reverse = false }, { apiKey }) => {
    const { channel, options } = checkChannel(name, { field: "channel", use: "read", apiKey });
    checkKeepsHistory(options);
    const read = await history.history(channel, {
      limit: limit === -1 ? limitMax : limit,
      reverse,
      ...(since?.offset !== undefined && { sinceOffset: since.offset }),
    });
    const { offset, epoch } = read;
    if (since !== undefined && !followsPosition(read, reverse ? { epoch: since.epoch } : since)) {
      const field = since.epoch !== undefined && since.epoch !== epoch ? "since.epoch" : "since.offset";
      const problem = `${field}: the stream has begun anew or gone on without it; read without \`since\``;
      throw new HubError("unrecoverablePosition", problem);
    }
    return {
      publications: read.publications.map(toPublication),
      offset,
      epoch,
      ...(read.isCut && { more: true as const }),
    };
  });
}

/** Parsed, as a reply is encoded in one piece; numbers stay what the publisher wrote. */
function toPublication({ offset, body }: StoredPublication): Publication & { offset: number } {
  return { offset, ...(parseExactJson(body.toString()) as Publication) };
}
