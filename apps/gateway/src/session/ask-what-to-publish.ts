import { createHash } from "node:crypto";
import type { Publisher, PublishOptions } from "@switchyard/broker/broker";
import type { ChannelName } from "@switchyard/broker/channel-name";
import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { readPublicationData } from "@switchyard/broker/publication-data";
import type { Payload } from "@switchyard/protocol/payload";
import type { Hook, Turn } from "../decisions/hook.ts";
import { refusedBy } from "../decisions/outage-policy.ts";
import type { Client } from "./client.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { SessionServices } from "./services.ts";

export interface AskedPublication {
  readonly hook: Hook;
  readonly channel: ChannelName;
  readonly options: ChannelOptions;
  /** What the client has sent. */
  readonly payload: Payload;
  readonly turn?: Turn | undefined;
}

/** As the schema of the answer has them. */
interface Decided {
  readonly data?: unknown;
  readonly b64data?: string;
  readonly skip_history?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  readonly idempotency_key?: string;
  readonly delta?: boolean;
  readonly version?: number;
  readonly version_epoch?: string;
}

/** Publishes what the back end makes of it, which alone decides: the namespace's rights are not asked. Undefined: it is done. */
export async function askWhatToPublish(
  client: Client,
  { hook, channel, options, payload, turn }: AskedPublication,
  { broker, publications }: Pick<SessionServices, "publications"> & { readonly broker: Publisher },
): Promise<Refusal | undefined> {
  const answer = await hook.ask(client, { fields: { channel }, payload, turn });
  if (answer.kind !== "result") return refusedBy("publish", answer);
  const decided: Decided = answer.result;
  const read = replaced(decided) === undefined ? { payload } : readPublicationData(replaced(decided)?.data, options);
  if ("problem" in read) {
    hook.reject(`result.data: ${read.problem}`);
    return refuse("internal");
  }
  const { tags } = decided;
  const body = { payload: read.payload, info: client.infoIn(channel), ...(tags === undefined ? {} : { tags }) };
  const { offset, epoch } = await broker.publish(channel, body, publishOptions(decided));
  publications?.published({ channel, ...body, position: { offset, epoch } });
  return undefined;
}

/** Undefined: the back end leaves it as it is. As in Centrifugo, `data` counts before `b64data` here, and may be null. */
function replaced(decided: Decided): { readonly data: unknown } | undefined {
  if (Object.hasOwn(decided, "data")) return { data: decided.data };
  const { b64data = "" } = decided;
  return b64data === "" ? undefined : { data: Buffer.from(b64data, "base64") };
}

function publishOptions(decided: Decided): PublishOptions {
  const {
    skip_history: skipHistory,
    delta,
    version = 0,
    version_epoch: versionEpoch = "",
    idempotency_key: key = "",
  } = decided;
  return {
    ...(skipHistory === true ? { skipHistory } : {}),
    ...(delta === true ? { delta } : {}),
    ...(key === "" ? {} : { idempotencyKey: ownKey(key) }),
    ...(version === 0 ? {} : { version }),
    ...(versionEpoch === "" ? {} : { versionEpoch }),
  };
}

/** Of any length, and never the same as a key of the server API, whose holders must not meet. */
function ownKey(key: string): string {
  return createHash("sha256")
    .update(JSON.stringify(["publish hook", key]))
    .digest("base64url");
}
