import Type from "typebox";

export const WebSocketSection = Type.Object(
  {
    compression: Type.Boolean({
      default: false,
      description:
        "Compress for clients that offer it (permessage-deflate). It saves most of the bytes of JSON and costs 40 to 200 µs per frame, once for all who get the same; off, because what an attacker can put beside a secret betrays the secret by its length.",
    }),
    compression_min_size: Type.Integer({
      minimum: 1,
      maximum: 67_108_864,
      default: 512,
      description: "Bytes of a frame from which on it is compressed.",
    }),
    compression_level: Type.Integer({ minimum: 1, maximum: 9, default: 1, description: "From fast to small." }),
    compression_window_bits: Type.Integer({
      minimum: 9,
      maximum: 15,
      default: 12,
      description:
        "How far back repetitions are found: 2^n bytes. No memory is kept for it. Clients that ask for a smaller window than this are not compressed for.",
    }),
  },
  {
    additionalProperties: false,
    default: {},
    description: "What is particular to WebSockets. The limits of connections are in `client`.",
  },
);
