import type { Results } from "@switchyard/protocol/encoding/results";
import { readPublicationData } from "@switchyard/broker/publication-data";
import type { PublishRequest } from "@switchyard/protocol/command";
import { canPublish } from "../../../access/permissions.ts";
import { checkChannel } from "../../../session/check-channel.ts";
import { refuse } from "../../../session/refusal.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { CentrifugeServices } from "../services.ts";
import type { Client } from "../../../session/client.ts";

export async function publish(
  client: Client,
  request: PublishRequest,
  services: CentrifugeServices,
): Promise<CommandOutcome<Results["publish"]>> {
  const checked = checkChannel(request.channel, "publish_as_client", services);
  if ("kind" in checked) return checked;
  const { channel } = checked;
  const read = readPublicationData(request.data, checked.options);
  if ("problem" in read) return refuse("badRequest", `data: ${read.problem}`);
  const isSubscribed = client.subscriptions.has(channel);
  const { options } = checked;
  const asker = { user: client.user, isSubscribed };
  const allowed = services.client.insecure || canPublish(channel, options, asker);
  if (!allowed) return services.deny({ use: "publish", channel, options, ...asker });
  await services.broker.publish(channel, { payload: read.payload, info: client.infoIn(channel) });
  return { kind: "reply", result: {} };
}
