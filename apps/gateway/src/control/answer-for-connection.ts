import { type ConnectionAnswer, type ConnectionQuestion, metaMaxBytes } from "@switchyard/broker/node-command";
import type { Client } from "../session/client.ts";
import type { Sessions } from "../session/sessions.ts";
import { mergePatch } from "./merge-patch.ts";

/** What another process is told of a connection of this node, and changes about it. */
export function answerForConnection(
  { client: id, annotate }: ConnectionQuestion,
  sessions: Pick<Sessions, "ofClient">,
): ConnectionAnswer | undefined {
  const [client] = sessions.ofClient(id);
  // Nobody has been told its id before it is in.
  if (client?.state !== "connected") return undefined;
  if (annotate === undefined) return describe(client);
  const meta = annotate.isPatch ? mergePatch(client.credentials.meta, annotate.meta) : annotate.meta;
  // Whoever adds a little each time must not fill this process.
  if (Buffer.byteLength(JSON.stringify(meta)) > metaMaxBytes) return "meta_too_large";
  // As when its token is renewed: it is the same connection, known by something else from now on.
  client.authenticate({ ...client.credentials, meta });
  return describe(client);
}

function describe({ id, user, subscriptions, credentials: { expiresAtMs, meta } }: Client): ConnectionAnswer {
  const channels = Array.from(subscriptions.values(), ({ channel, isServerSide }) => ({ channel, isServerSide }));
  return { client: id, user, channels, expiresAtMs: expiresAtMs ?? null, ...(meta !== undefined && { meta }) };
}
