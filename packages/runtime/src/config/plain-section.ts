import Type from "typebox";
import { ChannelTemplates } from "./channel-template.ts";
import { port } from "./process-sections.ts";

const PlainRpc = Type.Object(
  {
    fields: Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
      maxItems: 16,
      description:
        "Fields that a message must have, which is a JSON object then; without any, every message is a call.",
    }),
    method: Type.String({ minLength: 1, maxLength: 255, description: "Of `rpc`; the message is its data." }),
  },
  { additionalProperties: false },
);

/** Settings of the door for pages without a protocol: `apps/gateway/src/doors/plain`. */
export const PlainSection = Type.Object(
  {
    enabled: Type.Boolean({
      default: false,
      description:
        "Serve `/connection/plain`: WebSockets whose first message says who the client is, and whose messages are the texts that are pushed, nothing around them.",
    }),
    port: port(
      0,
      "A port of its own where every path is this door, for pages that name none (`ws://127.0.0.1:1234`); it listens on `gateway.host`. 0: none.",
    ),
    trust_uid: Type.Boolean({
      default: false,
      description:
        'Development only: the first message may be a user\'s id, `uid1` or `{"uid":"uid1"}`, which is believed. Otherwise it is a connection token, or `{"token": …}`.',
    }),
    closing_notice: Type.Boolean({
      default: true,
      description:
        'Before the gateway ends a line it sends `{"type":"closing","code":…,"reason":…,"reconnectAfterMs":…}`. Turn it off for pages that show people whatever comes.',
    }),
    channels: ChannelTemplates({
      description:
        "Which channel a client listens to beside its user's, by the fields of its first message: `school:{school_id}:class:{school_class_id}`. The first template counts whose fields are all there. The namespace must allow it as to every client.",
    }),
    rpc: Type.Array(PlainRpc, {
      default: [],
      maxItems: 100,
      description:
        "Later messages that are calls: the first entry counts whose fields are all there, and what answers its method (`rpc`) is told to the client as a text. They are looked at before `publish`.",
    }),
    publish: ChannelTemplates({
      description:
        "Where a client's later messages are published that are JSON objects with these fields; the namespace must allow it. Others are ignored.",
    }),
  },
  { additionalProperties: false, default: {}, description: "Pages with a WebSocket and no protocol." },
);
