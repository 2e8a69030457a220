import Type from "typebox";
import { ChannelTemplates } from "./channel-template.ts";
import { host, port } from "./process-sections.ts";
import { Secret } from "./secret.ts";

const enabled = Type.Boolean({
  ownOfProcess: true,
  default: false,
  description:
    "Open this port on every gateway that reads the setting. Gateways of one machine cannot share it: turn it on for one of them, by the environment. `npm start` does so for its first gateway.",
});

/** Of the ports where scripts push without HTTP (docs/doors.md). */
export const TextSection = Type.Object(
  {
    enabled,
    host,
    port: port(
      5678,
      "TCP port that takes a line of JSON and answers `ok` or `fail`; 0 is a free one, named in the log.",
    ),
    secret: Secret({
      charactersMin: 16,
      description:
        'What a connection must say in a line of its own, `{"secret": "…"}`, before it may push. Empty: nothing; then `host` must be of this machine.',
    }),
    line_max_size: Type.Integer({
      minimum: 256,
      maximum: 1_048_576,
      default: 65_536,
      description: "Bytes of one line; a longer one is answered `fail` and passed over.",
    }),
    connection_limit: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 1_000,
      description: "Connections per gateway; one more is answered `fail` and closed.",
    }),
  },
  {
    additionalProperties: false,
    default: {},
    description: "The text door: pushes by lines over TCP. See docs/doors.md.",
  },
);

export const UdpSection = Type.Object(
  {
    enabled,
    host,
    port: port(6553, "UDP port that takes datagrams of JSON; 0 is a free one, named in the log."),
    channels: ChannelTemplates({
      defaults: ["user:{uid}"],
      description:
        "Where a datagram is published, by its fields: names of channels with fields in braces, `school:{school_id}:class:{school_class_id}`. The first one counts whose fields are all there; a datagram that has the fields of none is dropped and counted.",
    }),
    datagram_max_size: Type.Integer({
      minimum: 1,
      maximum: 65_507,
      default: 65_507,
      description: "Bytes of one datagram; a larger one is dropped and counted.",
    }),
  },
  {
    additionalProperties: false,
    default: {},
    description:
      "The UDP door: one datagram, one publication, no answer. Whoever reaches the port may publish there. See docs/doors.md.",
  },
);
