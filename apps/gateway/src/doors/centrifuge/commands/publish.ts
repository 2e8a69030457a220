import { describeBadData } from "@switchyard/broker/publication-data";
import type { PublishRequest } from "@switchyard/protocol/commands/publish";
import { canPublish } from "../../../access/permissions.ts";
import { checkChannel } from "../check-channel.ts";
import { emptyReply, errorOutcome, type CommandOutcome } from "../command-outcome.ts";
import type { SessionServices } from "../../../session/services.ts";
import type { Session } from "../../../session/session.ts";

export async function publish(
  session: Session,
  request: PublishRequest,
  services: SessionServices,
): Promise<CommandOutcome> {
  const { data } = request;
  const checked = checkChannel(request.channel, "publish_as_client", services);
  if ("kind" in checked) return checked;
  const { channel } = checked;
  const bad = describeBadData(data, checked.options);
  if (bad !== undefined) return errorOutcome("badRequest", bad);
  const isSubscribed = session.subscriptions.has(channel);
  const allowed =
    services.client.insecure || canPublish(channel, checked.options, { user: session.user, isSubscribed });
  if (!allowed) return errorOutcome("permissionDenied");
  await services.broker.publish(channel, { data, info: session.clientInfo(channel) });
  return emptyReply;
}
