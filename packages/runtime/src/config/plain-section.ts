import Type from "typebox";
import { ChannelTemplates } from "./channel-template.ts";
import { port } from "./process-sections.ts";

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
    channels: ChannelTemplates({
      description:
        "Which channel a client listens to beside its user's, by the fields of its first message: `school:{school_id}:class:{school_class_id}`. The first template counts whose fields are all there. The namespace must allow it as to every client.",
    }),
    publish: ChannelTemplates({
      description:
        "Where a client's later messages are published that are JSON objects with these fields; the namespace must allow it. Others are ignored.",
    }),
  },
  { additionalProperties: false, default: {}, description: "Pages with a WebSocket and no protocol." },
);
