import { bounded, differs, ignored, moved, refused, type Rules } from "../rule.ts";

const tokens: Rules = {
  hmac_secret_key: bounded("32 characters or more; `allow_short_secrets` lets a shorter one pass while you change it"),
  hmac_previous_secret_key: bounded("32 characters or more, as `hmac_secret_key`"),
  jwks_public_endpoint: differs(
    "one URL, or the path of a file; names of groups of `issuer_regex` and `audience_regex` are not filled in, and redirects are not followed",
  ),
  insecure_skip_jwks_endpoint_safety_check: ignored("there is no such check, as the URL has no places to fill"),
};

const under = (prefix: string, rules: Rules): Rules =>
  Object.fromEntries(Object.entries(rules).map(([key, rule]) => [`${prefix}.${key}`, rule]));

const alwaysServed = "every gateway serves it, and needs no switch; let the proxy in front close its path";
const fixedPath = (path: string) =>
  refused(`it is always \`${path}\`; let the proxy in front rewrite another path`, path);

/** Of clients: how they come in, and how they are carried. */
export const connectionRules: Rules = {
  "client.allowed_origins": differs(
    "`*` stands for the first labels of a host, for a port, or alone; other patterns are not known",
  ),
  ...under("client.token", tokens),
  ...under("client.subscription_token", tokens),
  "client.ping_interval": bounded("cannot be turned off by a negative value"),
  "client.pong_timeout": bounded("cannot be turned off by a negative value"),
  "client.connection_rate_limit": differs(
    "counted before the upgrade: one too many is answered 503 with `Retry-After`, and the SDK comes back",
  ),
  "client.insecure": differs("the hub's own namespaces (`user`, `task`, `group`, `hub`, `inbox`) stay closed"),
  "client.presence_update_interval": ignored(
    "presence is kept by one lease of each gateway, not by writes of each client",
  ),
  "client.concurrency": ignored(
    "commands of a connection never wait for one that asks your back end, and those of one channel keep their order",
  ),
  "client.channel_position_max_time_lag": ignored(
    "a gateway that has gone deaf is found within 10 s by a probe of its own, and its clients recover",
  ),
  "client.connect_include_server_time": refused(
    "the answer to `connect` has no `time`; send it in the `data` of your connect hook",
  ),
  "client.insecure_skip_token_signature_verify": refused(
    "a token is always verified; for development use `client.insecure`",
  ),
  "client.user_id_http_header": refused(
    "no header names the user; have the connect hook (`client.proxy.connect`, `http_headers`) answer with the user's id",
  ),
  "client.subscribe_to_user_personal_channel.enabled": moved(
    'nothing to set: every connection of a user is subscribed to `user:<id>`, with history and recovery. Publish there (`{"user": …}` of the server API), and not to `#<id>`',
    () => ({}),
  ),
  "client.subscribe_to_user_personal_channel.personal_channel_namespace": ignored(
    "the namespace is `user`, whatever stands here",
  ),
  "client.subscribe_to_user_personal_channel.single_connection": refused(
    "a new connection does not end older ones; `client.user_connection_limit` refuses the new one, and `disconnect` with `whitelist` ends the others",
  ),
  "client.connect_code_to_unidirectional_disconnect.enabled": refused(
    "codes of listeners are not mapped; docs/protocol.md lists what each is closed with",
  ),
  "client.connect_code_to_unidirectional_disconnect.*": ignored("codes of listeners are not mapped"),

  "websocket.compression": differs("a frame is compressed once for all who are sent the same"),
  "websocket.compression_min_size": differs("0, which is everything, is written 1; left out it is 512", (value) =>
    value === 0 ? 1 : value,
  ),
  "websocket.disabled": refused(alwaysServed),
  "websocket.handler_prefix": fixedPath("/connection/websocket"),
  "websocket.message_size_limit": moved("`client.message_size_limit`, for every transport", (value) => ({
    "client.message_size_limit": value,
  })),
  "websocket.decompressed_message_size_limit": ignored("`client.message_size_limit` bounds the message as it is read"),
  "websocket.read_buffer_size": ignored("buffers are not a setting"),
  "websocket.write_buffer_size": ignored("buffers are not a setting"),
  "websocket.use_write_buffer_pool": ignored("buffers are not a setting"),
  "websocket.write_timeout": ignored("a client that does not read is closed with 3008 at `client.queue_max_size`"),
  "sse.enabled": ignored(alwaysServed),
  "sse.handler_prefix": fixedPath("/connection/sse"),
  "sse.max_request_body_size": ignored("`client.message_size_limit` is for every transport"),
  "http_stream.enabled": ignored(alwaysServed),
  "http_stream.handler_prefix": fixedPath("/connection/http_stream"),
  "http_stream.max_request_body_size": ignored("`client.message_size_limit` is for every transport"),
  "emulation.handler_prefix": fixedPath("/emulation"),
  "emulation.max_request_body_size": ignored("`client.message_size_limit` is for every transport"),
  "uni_sse.enabled": ignored(alwaysServed),
  "uni_sse.handler_prefix": fixedPath("/connection/uni_sse"),
  "uni_sse.connect_code_to_http_response.enabled": refused(
    "codes are not mapped; docs/transports.md lists the answers",
  ),
  "uni_sse.*": ignored("`client.message_size_limit` is for every transport, and codes are not mapped"),
  "uni_http_stream.enabled": ignored(alwaysServed),
  "uni_http_stream.handler_prefix": fixedPath("/connection/uni_http_stream"),
  "uni_http_stream.connect_code_to_http_response.enabled": refused(
    "codes are not mapped; docs/transports.md lists the answers",
  ),
  "uni_http_stream.*": ignored("`client.message_size_limit` is for every transport, and codes are not mapped"),
  "uni_websocket.enabled": ignored(alwaysServed),
  "uni_websocket.handler_prefix": fixedPath("/connection/uni_websocket"),
  "uni_websocket.join_push_messages": ignored(
    "pushes of one turn always come in one frame, a line each: split at `\\n`",
  ),
  "uni_websocket.disable_closing_handshake": refused("the closing handshake is always made"),
  "uni_websocket.disable_disconnect_push": refused("a listener is always sent the `disconnect` push"),
  "uni_websocket.*": ignored("one set of limits and of compression is for all WebSockets: `client.*`, `websocket.*`"),
  "webtransport.enabled": refused("there is no WebTransport; WebSocket, SSE and HTTP streams are served"),
  "webtransport.*": ignored("there is no WebTransport"),
  "uni_grpc.enabled": refused("there is no gRPC; services that only listen use `/connection/uni_http_stream`"),
  "uni_grpc.*": ignored("there is no gRPC"),
  "init.enabled": refused("there is no such endpoint"),
  "init.*": ignored("there is no such endpoint"),
};
