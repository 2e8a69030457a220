import type { Results } from "@switchyard/protocol/encoding/results";
import { followsPosition } from "@switchyard/broker/follows-position";
import type { HistoryRequest } from "@switchyard/protocol/commands/read-channel";
import { offsetMax } from "@switchyard/protocol/stream-position";
import { canReadHistory } from "../../../access/permissions.ts";
import { checkChannel } from "../../../session/check-channel.ts";
import { refuse } from "../../../session/refusal.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { CentrifugeServices } from "../services.ts";
import type { Client } from "../../../session/client.ts";

export async function history(
  client: Client,
  request: HistoryRequest,
  services: CentrifugeServices,
): Promise<CommandOutcome<Results["history"]>> {
  const { since, reverse = false } = request;
  const checked = checkChannel(request.channel, "read", services);
  if ("kind" in checked) return checked;
  const { channel } = checked;
  const isSubscribed = client.subscriptions.has(channel);
  const { options } = checked;
  const asker = { user: client.user, isSubscribed };
  const allowed = services.client.insecure || canReadHistory(channel, options, asker);
  if (!allowed) return services.deny({ use: "history", channel, options, ...asker });
  if (!options.keepsHistory) return refuse("notAvailable", "this channel keeps no history");

  if (since?.offset !== undefined && since.offset > offsetMax)
    return refuse("badRequest", `since.offset: must be ${offsetMax} or less`);

  const limitMax = services.client.history_max_publication_limit;
  const limit = request.limit ?? 0;
  const read = await services.broker.history(channel, {
    limit: limit < 0 ? limitMax : Math.min(limit, limitMax),
    reverse,
    ...(since?.offset === undefined ? {} : { sinceOffset: since.offset }),
  });
  if (since !== undefined && !followsPosition(read, reverse ? { epoch: since.epoch } : since))
    return refuse("unrecoverablePosition");
  return { kind: "reply", result: { ...read, more: read.isCut } };
}
