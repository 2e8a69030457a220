import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { reservedNamespaces } from "@switchyard/broker/reserved-namespaces";
import { isPrivateName, splitChannelName, usersOfName } from "@switchyard/protocol/channel-name";
import type { Asker } from "./permissions.ts";

export type DeniedUse = "subscribe" | "publish" | "event" | "history" | "presence";

export interface Denied extends Asker {
  readonly use: DeniedUse;
  readonly channel: string;
  readonly options: ChannelOptions;
}

/**
 * What would allow what was denied (permissions.ts): the options, and where they are set. For the person who sets them; it says
 * nothing of who asked, and of the channel its namespace alone.
 */
export function explainDenial({ use, channel, options, user, isSubscribed }: Denied): string {
  const { namespace } = splitChannelName(channel);
  // Their options cannot be set.
  if (Object.hasOwn(reservedNamespaces, namespace))
    return `\`${namespace}\` is a namespace of the hub; let your back end ask the server API`;
  const isClosed = options.isClosedByPrefix === true;
  const place = namespace === "" ? "channel.without_namespace" : `namespace \`${namespace}\``;
  if (!isSubscribed || use === "subscribe") {
    if (isPrivateName(channel)) return `a channel whose name begins with \`$\` takes a subscription token`;
    if (isClosed)
      return "a channel of this prefix takes a subscription token, or a signature of the app at the Pusher door; its namespace cannot open it";
    const users = options.allow_user_limited_channels ? usersOfName(channel) : undefined;
    if (users !== undefined && (user === "" || !users.includes(user)))
      return "the name of the channel lists its users behind `#`, and this one is not among them";
  }
  const missing: string[] = [];
  if (!isOpen({ use, options, isSubscribed })) {
    const forClient = isClosed || use === "event" ? [] : [`allow_${use}_for_client`];
    const forSubscriber = use === "subscribe" ? [] : [`allow_${use}_for_subscriber`];
    missing.push([...forClient, ...forSubscriber].join(" or "));
  }
  if (user === "" && !options[`allow_${use}_for_anonymous`]) missing.push(`allow_${use}_for_anonymous`);
  const token = use === "subscribe" ? ", or give the client a subscription token" : "";
  return `set ${missing.join(" and ")} of ${place}${token}`;
}

/** To those with a user id. */
function isOpen({ use, options, isSubscribed }: Pick<Denied, "use" | "options" | "isSubscribed">): boolean {
  if (use !== "event" && options[`allow_${use}_for_client`]) return true;
  return use !== "subscribe" && isSubscribed && options[`allow_${use}_for_subscriber`];
}
