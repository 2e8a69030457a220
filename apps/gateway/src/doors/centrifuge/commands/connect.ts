import type { ConnectRequest } from "@switchyard/protocol/commands/connect";
import type { Results } from "@switchyard/protocol/encoding/results";
import { admit } from "../../../session/admit.ts";
import type { Client } from "../../../session/client.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { CentrifugeServices } from "../services.ts";
import { expiryFields, subscriptionResult } from "../subscription-result.ts";
import { wishOf } from "./subscribe.ts";

/** Who connects, and what they are subscribed to from the start. */
export async function connect(
  client: Client,
  request: ConnectRequest,
  services: CentrifugeServices,
): Promise<CommandOutcome<Results["connect"]>> {
  const positions = new Map(Object.entries(request.subs ?? {}).map(([channel, wish]) => [channel, wishOf(wish)]));
  const admitted = await admit(client, { token: request.token ?? "", positions }, services);
  if ("kind" in admitted) return admitted;
  const { credentials, subscriptions } = admitted;
  return {
    kind: "reply",
    result: {
      client: client.id,
      version: services.node.version,
      ...expiryFields(credentials.expiresAtMs),
      ping: services.pingSeconds,
      pong: true,
      subs: new Map(
        subscriptions.map(({ dataJson, ...opened }) => [
          opened.subscription.channel,
          { ...subscriptionResult(opened), ...(dataJson === undefined ? {} : { data: dataJson }) },
        ]),
      ),
    },
    afterReply: () => admitted.begin(),
  };
}
