import type { CommandOf } from "@switchyard/protocol/command";
import type { Results } from "@switchyard/protocol/encoding/results";
import { readPayload } from "@switchyard/protocol/payload";
import { payloadForBackEnd } from "../../../decisions/client-data.ts";
import type { Turn } from "../../../decisions/hook.ts";
import type { Client } from "../../../session/client.ts";
import { refuse } from "../../../session/refusal.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { CentrifugeServices } from "../services.ts";
import { channelEventMethod } from "./channel-event.ts";
import { answerInboxRpc } from "./inbox-rpc.ts";

/** What a client calls by name: its user's inbox, events to other clients, and what the settings have an answer for. */
export async function rpc(
  client: Client,
  { method = "", data }: CommandOf<"rpc">["request"],
  services: Pick<CentrifugeServices, "inbox" | "metrics" | "rpc" | "sendChannelEvent">,
  turn?: Turn,
): Promise<CommandOutcome<Results["rpc"]>> {
  const isOwn = method.startsWith("inbox.") || method === channelEventMethod;
  if (isOwn) return answerOwn(client, { method, data }, services);
  const answer = await services.rpc.answer(client, { method, payload: payloadForBackEnd(data), turn });
  if (answer.kind !== "answer") return answer;
  return { kind: "reply", result: answer.payload === undefined ? {} : { data: answer.payload } };
}

/** Methods of the hub's own, which take JSON alone. */
async function answerOwn(
  client: Client,
  { method, data }: { readonly method: string; readonly data: unknown },
  services: Pick<CentrifugeServices, "inbox" | "metrics" | "sendChannelEvent">,
): Promise<CommandOutcome<Results["rpc"]>> {
  // Nothing at all is what calls without data have: in Protobuf it is no bytes.
  const isNothing = data === undefined || data === null || (data instanceof Uint8Array && data.length === 0);
  const read = isNothing ? undefined : readPayload(data, { isBinary: false });
  if (method !== channelEventMethod) return answerInboxRpc(client, { method, read }, services);
  if (read !== undefined && "problem" in read) return refuse("badRequest", `data: ${read.problem}`);
  return services.sendChannelEvent(client, read === undefined ? "null" : String(read.payload));
}
