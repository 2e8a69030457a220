import type { Revocation, Revocations } from "@switchyard/broker/revocation";
import { unsubscribeCodes } from "@switchyard/protocol/disconnect-codes";
import { shutOutReason } from "../access/shut-out-reason.ts";
import type { Sessions } from "../session/sessions.ts";
import type { GatewayMetrics } from "../metrics/gateway-metrics.ts";
import type { Client } from "../session/client.ts";

export interface ShutOut {
  readonly sessions: Sessions;
  readonly revocations: Pick<Revocations, "isRevoked" | "isBlocked">;
  readonly metrics: Pick<GatewayMetrics, "revoked">;
}

/**
 * Ends what new revocations concern on this node: connections of the user or of the token, the one connection, and
 * subscriptions that a revoked subscription token opened. A user who has signed in anew since keeps that connection, unless they are
 * blocked.
 */
export function shutOut({ sessions, revocations, metrics }: ShutOut): (news: readonly Revocation[]) => void {
  return (news) => {
    for (const client of concerned(sessions, news)) {
      const reason = shutOutReason({ ...client.credentials, client: client.id }, revocations);
      if (reason !== undefined) {
        metrics.revoked.inc({ what: "connection" });
        client.disconnect(reason);
      } else {
        metrics.revoked.inc({ what: "subscription" }, endSubscriptions(client, revocations));
      }
    }
  };
}

/**
 * Tokens are not listed by id: revoking one looks at every session, which costs some milliseconds per 100 000. So does shutting out a user
 * with the anonymous ones: at the Pusher door a client may be somebody in one channel and nobody elsewhere.
 */
function concerned(sessions: Sessions, news: readonly Revocation[]): Iterable<Client> {
  if (news.some(({ kind }) => kind === "token")) return sessions.all();
  const nobodies = news.some(({ kind }) => kind === "user" || kind === "block") ? sessions.ofUser("") : [];
  const named = news.flatMap(({ kind, id }) => (kind === "client" ? sessions.ofClient(id) : sessions.ofUser(id)));
  return new Set([...named, ...nobodies]);
}

function endSubscriptions(client: Client, revocations: Pick<Revocations, "isRevoked">): number {
  const revoked = [...client.subscriptions.values()].filter(
    ({ access }) => access?.token !== undefined && revocations.isRevoked(access.token),
  );
  for (const subscription of revoked) client.endSubscription(subscription, unsubscribeCodes.server);
  return revoked.length;
}
