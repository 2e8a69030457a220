import type { NodeDescription } from "@switchyard/broker/node-registry";
import type { Hub } from "../hub/hub.ts";
import type { Sessions } from "../session/sessions.ts";

export interface DescribedNode {
  readonly uid: string;
  readonly name: string;
  readonly version: string;
  readonly hub: Hub;
  readonly sessions: Pick<Sessions, "count" | "userCount">;
}

/** What this node tells the registry about itself, fresh each time it is asked. */
export function describeNode({ uid, name, version, hub, sessions }: DescribedNode): () => NodeDescription {
  const startedAtMs = Date.now();
  return () => ({
    uid,
    name,
    version,
    num_clients: sessions.count,
    num_users: sessions.userCount,
    num_subs: hub.subscriptionCount,
    num_channels: hub.channelCount,
    uptime: Math.round((Date.now() - startedAtMs) / 1_000),
  });
}
