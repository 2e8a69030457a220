import type { Publisher } from "@switchyard/broker/broker";
import { readPublicationData } from "@switchyard/broker/publication-data";
import { askWhatToPublish } from "./ask-what-to-publish.ts";
import type { Turn } from "../decisions/hook.ts";
import { canPublish } from "../access/permissions.ts";
import { checkChannel } from "./check-channel.ts";
import type { Client } from "./client.ts";
import type { Deny } from "./denials.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { SessionServices } from "./services.ts";

export type PublishServices = Pick<SessionServices, "rules" | "client" | "hooks" | "publications"> & {
  readonly broker: Publisher;
  readonly deny: Deny;
};

/**
 * A client publishes, whatever wire it speaks; its namespace must allow it. Undefined: it is done.
 *
 * @param message `data` is a JSON value whose numbers are exact, or bytes where it came as bytes
 * @throws HubError 100 when Redis does not answer
 */
export async function publishAsClient(
  client: Client,
  message: { readonly channel: string; readonly data?: unknown; readonly turn?: Turn | undefined },
  services: PublishServices,
): Promise<Refusal | undefined> {
  const checked = checkChannel(message.channel, "publish_as_client", services);
  if ("kind" in checked) return checked;
  const { channel, options } = checked;
  const read = readPublicationData(message.data, options);
  if ("problem" in read) return refuse("badRequest", `data: ${read.problem}`);
  const hook = services.hooks?.ofChannel("publish", options);
  if (hook !== undefined)
    return askWhatToPublish(client, { hook, channel, options, payload: read.payload, turn: message.turn }, services);
  const asker = { user: client.user, isSubscribed: client.subscriptions.has(channel) };
  const allowed = services.client.insecure || canPublish(channel, options, asker);
  if (!allowed) return services.deny({ use: "publish", channel, options, ...asker });
  const body = { payload: read.payload, info: client.infoIn(channel) };
  const { offset, epoch } = await services.broker.publish(channel, body);
  services.publications?.published({ channel, ...body, position: { offset, epoch } });
  return undefined;
}
