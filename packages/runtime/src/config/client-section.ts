import Type from "typebox";
import { Duration } from "./duration.ts";

const TokenSection = Type.Object(
  {
    hmac_secret_key: Type.String({
      default: "",
      description: "Secret of HS256, HS384 and HS512 tokens, 32 characters or more. Empty: tokens are refused.",
      env: "SWITCHYARD_TOKEN_SECRET",
      secret: true,
    }),
    audience: Type.String({ default: "", description: "When set, a token's `aud` must contain it." }),
    issuer: Type.String({ default: "", description: "When set, a token's `iss` must equal it." }),
  },
  { additionalProperties: false, default: {}, description: "Connection and subscription JWTs." },
);

export const ClientSection = Type.Object(
  {
    insecure: Type.Boolean({
      default: false,
      description: "Development only: no token is asked for and every channel operation is allowed.",
      env: "SWITCHYARD_CLIENT_INSECURE",
    }),
    allow_anonymous_connect_without_token: Type.Boolean({
      default: false,
      description: "A client without a token connects as the anonymous user (user id empty) instead of being refused.",
    }),
    allowed_origins: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        "Origins a browser may connect from, exact (`https://app.example.com`) or `*`. A request without Origin passes.",
    }),
    token: TokenSection,
    ping_interval: Duration({ default: "25s", description: "Time between server pings." }),
    pong_timeout: Duration({
      default: "8s",
      description: "A client that has not answered a ping by then is closed with 3012.",
    }),
    stale_close_delay: Duration({
      default: "10s",
      description: "A client that has not sent `connect` by then is closed with 3502.",
    }),
    channel_limit: Type.Integer({
      minimum: 1,
      default: 128,
      description: "Subscriptions per connection; one more is error 106.",
    }),
    queue_max_size: Type.Integer({
      minimum: 1024,
      default: 1_048_576,
      description: "Bytes that may wait for one connection; above it the client is closed with 3008.",
    }),
    message_size_limit: Type.Integer({
      minimum: 1024,
      default: 65_536,
      description: "Bytes of one incoming frame; above it the connection is closed with 1009.",
    }),
    connection_limit: Type.Integer({
      minimum: 0,
      default: 0,
      description: "Connections per gateway; 0 is no limit. One more is closed with 3504.",
    }),
    history_max_publication_limit: Type.Integer({
      minimum: 1,
      default: 300,
      description: "Publications one history call returns at most.",
    }),
    recovery_max_publication_limit: Type.Integer({
      minimum: 1,
      default: 300,
      description: "Publications one recovery returns at most; more missed than that is `recovered: false`.",
    }),
  },
  { additionalProperties: false, default: {}, description: "What connections may do." },
);
