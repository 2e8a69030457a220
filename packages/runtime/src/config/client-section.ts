import Type from "typebox";
import { Duration } from "./duration.ts";
import { ClientProxySection } from "./proxy-sections.ts";
import { SubscriptionTokenSection, TokenSection } from "./token-section.ts";

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
        "Origins a browser may connect from: exact (`https://app.example.com`), any subdomain (`https://*.example.com`), any port (`http://localhost:*`) or `*`. A request without Origin passes.",
    }),
    explain_denials: Type.Boolean({
      default: false,
      description:
        "Error 103 tells the client which option would allow what was denied, as the log does. `npm start` sets it; elsewhere the names of options are nobody's business.",
      env: "SWITCHYARD_CLIENT_EXPLAIN_DENIALS",
    }),
    disallow_anonymous_connection_tokens: Type.Boolean({
      default: false,
      description: "Refuse connection tokens without a user id, which make an anonymous user.",
    }),
    token: TokenSection,
    subscription_token: SubscriptionTokenSection,
    proxy: ClientProxySection,
    ping_interval: Duration({ least: "100ms", most: "1h", default: "25s", description: "Time between server pings." }),
    pong_timeout: Duration({
      least: "10ms",
      most: "1h",
      default: "8s",
      description: "A client that has not answered a ping by then is closed with 3012.",
    }),
    stale_close_delay: Duration({
      least: "10ms",
      most: "1h",
      default: "10s",
      description: "A client that has not sent `connect` by then is closed with 3502.",
    }),
    expired_close_delay: Duration({
      least: "0s",
      most: "24h",
      default: "25s",
      description: "Time to refresh after a connection token has expired; then the client is closed with 3005.",
    }),
    expired_sub_close_delay: Duration({
      least: "0s",
      most: "24h",
      default: "25s",
      description: "Time to refresh after a subscription token has expired; then the subscription ends with 2501.",
    }),
    channel_limit: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 128,
      description: "Subscriptions per connection; one more is error 106.",
    }),
    queue_max_size: Type.Integer({
      minimum: 1024,
      maximum: 268_435_456,
      default: 1_048_576,
      description: "Bytes that may wait for one connection; above it the client is closed with 3008.",
    }),
    message_size_limit: Type.Integer({
      minimum: 1024,
      maximum: 67_108_864,
      default: 65_536,
      description:
        "Bytes of one incoming message, in however many frames it comes; above it the connection is closed with 1009. Frames of 256 bytes on average pass, a message in very many smaller ones is closed with 1008.",
    }),
    connection_limit: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
      description: "Connections per gateway; 0 is no limit. One more is closed with 3504.",
    }),
    user_connection_limit: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
      description: "Connections per user and gateway; 0 is no limit. One more is closed with 3504.",
    }),
    ip_connection_limit: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
      description:
        "Connections per address (IPv6: per /64 network) and gateway; 0 is no limit. One more is refused with 429. Behind a proxy set `trusted_proxies` too.",
    }),
    connection_rate_limit: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
      description:
        "New connections per second and gateway; 0 is no limit. More are refused with 503 and `Retry-After`.",
    }),
    trusted_proxies: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        "Addresses or networks (`10.0.0.0/8`) whose `X-Forwarded-For` is believed, by gateways for limits per address and by the api for wrong ops passwords. From anybody else the header is ignored.",
    }),
    command_rate_limit: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      default: 100,
      description:
        "Commands per second and connection in the long run; 0 is no limit. More are error 111; a client that goes on is closed with 3013.",
    }),
    command_burst_limit: Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      default: 500,
      description: "Commands a connection that was quiet may send at once; enough to subscribe to all of its channels.",
    }),
    event_rate_limit: Type.Integer({
      minimum: 0,
      maximum: 1_000_000,
      default: 10,
      description:
        "Events per second a connection may send to other clients (rpc `channel.event`); 0 is no limit. More are error 111. At the Pusher door `client_event_rate` of the app counts.",
    }),
    event_size_limit: Type.Integer({
      minimum: 16,
      maximum: 67_108_864,
      default: 4_096,
      description: "Bytes of the `data` of such an event; more is error 106.",
    }),
    channel_position_check_delay: Duration({
      least: "10ms",
      most: "24h",
      default: "20s",
      description: "A channel that was quiet for so long has its position compared with the stream, once per gateway.",
    }),
    history_max_publication_limit: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 300,
      description: "Publications one history call returns at most.",
    }),
    recovery_max_publication_limit: Type.Integer({
      minimum: 1,
      maximum: 100_000,
      default: 300,
      description: "Publications one recovery returns at most; more missed than that is `recovered: false`.",
    }),
  },
  { additionalProperties: false, default: {}, description: "What connections may do." },
);
