import Type, { type Static } from "typebox";
import { ChannelSection } from "./channel-section.ts";
import { ClientSection } from "./client-section.ts";
import { TextSection, UdpSection } from "./door-sections.ts";
import { EventsSection } from "./events-section.ts";
import { InboxSection } from "./inbox-section.ts";
import { OpsSection } from "./ops-section.ts";
import { PusherSection } from "./pusher-section.ts";
import { GroupsSection, HandlersSection, TasksSection } from "./tasks-section.ts";
import { ApiSection, GatewaySection, HttpApiSection, WorkerSection } from "./process-sections.ts";
import { RpcSection } from "./rpc-section.ts";
import { ProxiesSection } from "./proxy-object.ts";
import { PlainSection } from "./plain-section.ts";
import { WebSocketSection } from "./websocket-section.ts";
import { AllowShortSecrets, LogSection, RedisSection, ShutdownSection } from "./common-sections.ts";

/**
 * The one settings file every process takes (`SWITCHYARD_CONFIG`), described once.
 *
 * Where Centrifugo v6 has a key, ours has the same name and meaning, hence snake_case; a Centrifugo user can carry that
 * part of a file over. Every field has a description, a default and, in its text, its unit. Durations are text with a unit
 * (`"300s"`). Unknown keys are refused by name, because a misspelt limit is no limit. Any leaf can be overridden by an
 * environment variable: `client.channel_limit` is `SWITCHYARD_CLIENT_CHANNEL_LIMIT`, with short names for the common few.
 *
 * docs/configuration.md is generated from this; a test fails when it drifts.
 */
export const Settings = Type.Object(
  {
    allow_short_secrets: AllowShortSecrets,
    redis: RedisSection,
    client: ClientSection,
    websocket: WebSocketSection,
    pusher: PusherSection,
    plain: PlainSection,
    channel: ChannelSection,
    rpc: RpcSection,
    events: EventsSection,
    proxies: ProxiesSection,
    http_api: HttpApiSection,
    handlers: HandlersSection,
    groups: GroupsSection,
    tasks: TasksSection,
    inbox: InboxSection,
    gateway: GatewaySection,
    text: TextSection,
    udp: UdpSection,
    api: ApiSection,
    worker: WorkerSection,
    ops: OpsSection,
    log: LogSection,
    shutdown: ShutdownSection,
  },
  { additionalProperties: false },
);
export type Settings = Static<typeof Settings>;
