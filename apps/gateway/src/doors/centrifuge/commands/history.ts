import { followsPosition } from "@switchyard/broker/follows-position";
import { encodeHistoryResult, type HistoryRequest } from "@switchyard/protocol/commands/history";
import { encodeStoredPublication } from "@switchyard/protocol/push";
import { offsetMax } from "@switchyard/protocol/stream-position";
import { canReadHistory } from "../../../access/permissions.ts";
import { checkChannel } from "../check-channel.ts";
import { errorOutcome, type CommandOutcome } from "../command-outcome.ts";
import type { SessionServices } from "../../../session/services.ts";
import type { Session } from "../../../session/session.ts";

export async function history(
  session: Session,
  request: HistoryRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  const { since, reverse = false } = request;
  const checked = checkChannel(request.channel, "read", services);
  if ("kind" in checked) return checked;
  const { channel } = checked;
  const isSubscribed = session.subscriptions.has(channel);
  const allowed =
    services.client.insecure || canReadHistory(channel, checked.options, { user: session.user, isSubscribed });
  if (!allowed) return errorOutcome("permissionDenied");
  if (!checked.options.keepsHistory) return errorOutcome("notAvailable", "this channel keeps no history");

  if (since?.offset !== undefined && since.offset > offsetMax)
    return errorOutcome("badRequest", `since.offset: must be ${offsetMax} or less`);

  const limitMax = services.client.history_max_publication_limit;
  const limit = request.limit ?? 0;
  const read = await services.broker.history(channel, {
    limit: limit < 0 ? limitMax : Math.min(limit, limitMax),
    reverse,
    ...(since?.offset === undefined ? {} : { sinceOffset: since.offset }),
  });
  if (since !== undefined && !followsPosition(read, reverse ? { epoch: since.epoch } : since))
    return errorOutcome("unrecoverablePosition");
  const publications = read.publications.map(encodeStoredPublication);
  return { kind: "reply", resultJson: encodeHistoryResult({ publications, offset: read.offset, epoch: read.epoch }) };
}
