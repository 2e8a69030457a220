import { lookup as systemLookup } from "node:dns/promises";
import type { Outbound, OutboundOptions } from "./outbound.ts";
import { createDestinationGuard } from "./destination-guard.ts";
import { sendPost } from "./send-post.ts";
import { signMessage } from "./sign-message.ts";

export function createOutbound({ secrets, lookup = lookupAll, ...rules }: OutboundOptions): Outbound {
  const judge = createDestinationGuard({ ...rules, lookup });
  return {
    async post({ url, urlFrom, body, headers: further, messageId, signal, replyMaxBytes }) {
      const addresses = urlFrom === "operator" ? undefined : await judge(url);
      signal.throwIfAborted();
      const headers = { ...further, ...signMessage({ id: messageId, body, secrets, nowMs: Date.now() }) };
      return sendPost({ url, body, headers, signal, replyMaxBytes, addresses });
    },
  };
}

function lookupAll(hostname: string) {
  return systemLookup(hostname, { all: true, verbatim: true });
}
