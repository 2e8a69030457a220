import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { cutText } from "@switchyard/runtime/cut-text";
import type { Logger } from "@switchyard/runtime/logger";

const shownMaxLength = 64;

/**
 * Tells once of a message to a name without `namespace:` where such names are open to holders of tokens alone: it is taken and
 * numbered as any other, and a forgotten namespace shows in nothing but that nobody gets it.
 */
export function createForgottenNamespaceHint(logger: Pick<Logger, "warn">) {
  let isTold = false;
  return (channel: string, options: Pick<ChannelOptions, "allow_subscribe_for_client">): void => {
    if (isTold || options.allow_subscribe_for_client || channel.includes(":")) return;
    isTold = true;
    logger.warn(
      { channel: cutText(channel, shownMaxLength) },
      "published to a channel without a namespace, which clients subscribe to by token only; was one forgotten? (told once)",
    );
  };
}
