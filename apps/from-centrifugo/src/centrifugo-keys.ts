/**
 * Names of keys, separated by blanks, and below names the keys of what is an object. A name that ends with `[]` is a list of objects.
 * Maps whose keys are anybody's (`static_headers`) are names: what stands in them is a value.
 */
type Keys = string | readonly [names: string, below: Readonly<Record<string, Keys>>];

const tls = "enabled cert_pem key_pem server_ca_pem client_ca_pem insecure_skip_verify server_name";
const token =
  "hmac_secret_key hmac_previous_secret_key hmac_previous_secret_key_valid_until rsa_public_key ecdsa_public_key jwks_public_endpoint audience audience_regex issuer issuer_regex user_id_claim insecure_skip_jwks_endpoint_safety_check";
const redis = [
  "prefix address connect_timeout io_timeout db user password client_name force_resp2 cluster_address sentinel_address sentinel_user sentinel_password sentinel_master_name sentinel_client_name",
  { tls, sentinel_tls: tls, replica_client: "enabled" },
] as const;
const presence = "presence_ttl presence_hash_field_ttl presence_user_mapping";
const toDisconnect = ["code", { to: "code reason" }] as const;
const statusTransforms = ["status_code", { to_error: "code message temporary", to_disconnect: "code reason" }] as const;
const proxyOf = (names = "") =>
  [
    `${names} endpoint timeout http_headers grpc_metadata emulated_headers binary_encoding include_connection_meta`.trim(),
    {
      http: ["static_headers", { tls, "status_to_code_transforms[]": statusTransforms }],
      grpc: ["credentials_key credentials_value compression static_metadata", { tls }],
    },
  ] as const;
const nats = [
  "url prefix dial_timeout write_timeout allow_wildcards",
  { tls, raw_mode: "enabled channel_replacements prefix" },
] as const;
const postgres = [
  "dsn pool_size num_shards ttl_check_interval cleanup_interval idempotent_result_ttl binary_data stream_retention use_notify notify_dsn table_prefix skip_schema_init partition_lookahead_days partition_retention_days",
  { tls, outbox: "poll_interval batch_size" },
] as const;
const uniHttp = [
  "enabled handler_prefix max_request_body_size",
  { connect_code_to_http_response: ["enabled", { "transforms[]": ["code", { to: "status_code body" }] }] },
] as const;
const webSocket =
  "handler_prefix compression compression_min_size compression_level read_buffer_size use_write_buffer_pool write_buffer_size write_timeout message_size_limit decompressed_message_size_limit";

const allow = (what: string, whom = "subscriber client anonymous") =>
  whom
    .split(" ")
    .map((who) => `allow_${what}_for_${who}`)
    .join(" ");
const channelOptions = (names = "") =>
  [
    [
      names,
      "presence join_leave force_push_join_leave history_size history_ttl history_meta_ttl force_positioning allow_positioning force_recovery allow_recovery force_recovery_mode auto_cache_recover allowed_delta_types delta_publish allow_tags_filter",
      allow("subscribe", "client anonymous"),
      allow("publish"),
      allow("presence"),
      allow("history"),
      "allow_user_limited_channels channel_regex publication_data_format subscription_type map_clients_presence_channel_prefix map_users_presence_channel_prefix",
      "subscribe_proxy_enabled subscribe_proxy_name publish_proxy_enabled publish_proxy_name sub_refresh_proxy_enabled sub_refresh_proxy_name",
      "subscribe_stream_proxy_enabled subscribe_stream_proxy_name subscribe_stream_proxy_bidirectional",
    ]
      .join(" ")
      .trim(),
    {
      map: `mode key_ttl ordered stream_size stream_ttl meta_ttl remove_client_on_unsubscribe client_key ${allow("publish")} ${allow("remove")} publish_proxy_enabled publish_proxy_name remove_proxy_enabled remove_proxy_name default_page_size min_page_size max_page_size live_transition_max_publication_limit subscribe_catch_up_timeout`,
      shared_poll:
        "proxy_name refresh_interval refresh_batch_size max_keys_per_connection mode channel_shutdown_delay track_expired_extra_delay publish_enabled",
    },
  ] as const;

const tree: Keys = [
  "pid_file enable_unreleased_features",
  {
    http_server: [
      "address port internal_address internal_port tls_external h2c_external",
      {
        tls,
        internal_tls: tls,
        tls_autocert: "enabled host_whitelist cache_dir email server_name http http_addr",
        http3: "enabled",
      },
    ],
    log: "level file",
    engine: ["type", { redis: [`${redis[0]} history_use_lists ${presence}`, redis[1]] }],
    broker: [
      "enabled type",
      { redis: [`${redis[0]} history_use_lists`, redis[1]], nats, postgres, redisnats: ["", { redis, nats }] },
    ],
    presence_manager: ["enabled type", { redis: [`${redis[0]} ${presence}`, redis[1]] }],
    map_broker: [
      "type",
      {
        redis: [`${redis[0]} cleanup_interval cleanup_batch_size idempotent_result_ttl skip_pub_sub`, redis[1]],
        postgres,
      },
    ],
    controller: [
      "enabled type",
      { postgres: [`${postgres[0]} poll_interval partition_cleanup_interval batch_size`, { tls }] },
    ],
    shared_poll: "hmac_secret_key hmac_previous_secret_key hmac_previous_secret_key_valid_until concurrency_limit",
    client: [
      "allowed_origins allow_anonymous_connect_without_token disallow_anonymous_connection_tokens ping_interval pong_timeout expired_close_delay expired_sub_close_delay stale_close_delay channel_limit queue_max_size presence_update_interval concurrency channel_position_check_delay channel_position_max_time_lag connection_limit user_connection_limit connection_rate_limit connect_include_server_time history_max_publication_limit recovery_max_publication_limit insecure_skip_token_signature_verify user_id_http_header insecure",
      {
        token,
        subscription_token: `enabled ${token}`,
        proxy: ["", { connect: proxyOf("enabled"), refresh: proxyOf("enabled") }],
        subscribe_to_user_personal_channel: "enabled personal_channel_namespace single_connection",
        connect_code_to_unidirectional_disconnect: ["enabled", { "transforms[]": toDisconnect }],
      },
    ],
    channel: [
      "history_meta_ttl publication_data_format max_length private_prefix namespace_boundary user_boundary user_separator",
      {
        without_namespace: channelOptions(),
        "namespaces[]": channelOptions("name"),
        proxy: [
          "",
          {
            subscribe: proxyOf(),
            publish: proxyOf(),
            sub_refresh: proxyOf(),
            subscribe_stream: proxyOf(),
            map_publish: proxyOf(),
            map_remove: proxyOf(),
            shared_poll_refresh: proxyOf(),
          },
        ],
      },
    ],
    rpc: [
      "namespace_boundary",
      {
        proxy: proxyOf(),
        without_namespace: "proxy_enabled proxy_name",
        "namespaces[]": "name proxy_enabled proxy_name",
        ping: "enabled method",
      },
    ],
    "proxies[]": proxyOf("name"),
    http_api: "disabled handler_prefix key error_mode external insecure",
    grpc_api: ["enabled error_mode address port key reflection max_receive_message_size", { tls }],
    websocket: `disabled ${webSocket}`,
    sse: "enabled handler_prefix max_request_body_size",
    http_stream: "enabled handler_prefix max_request_body_size",
    webtransport: "enabled handler_prefix message_size_limit",
    uni_sse: uniHttp,
    uni_http_stream: uniHttp,
    uni_websocket: `enabled ${webSocket} disable_closing_handshake disable_disconnect_push join_push_messages`,
    uni_grpc: ["enabled address port max_receive_message_size", { tls }],
    emulation: "handler_prefix max_request_body_size",
    admin: "enabled handler_prefix password secret insecure web_path web_proxy_address external",
    prometheus: "enabled handler_prefix instrument_http_handlers recovered_publications_histogram native_histograms",
    health: "enabled handler_prefix",
    swagger: "enabled handler_prefix",
    debug: "enabled handler_prefix",
    dev: "enabled handler_prefix",
    init: "enabled handler_prefix",
    opentelemetry: "enabled api consuming google_cloud_adc_auth",
    graphite: "enabled host port prefix interval tags",
    usage_stats: "disabled",
    node: "name info_metrics_aggregate_interval",
    shutdown: "timeout",
  },
];

/** Below these the kinds of queues have keys of their own, none of which has a counterpart. */
export const wholeSections = ["consumers[]"];

/**
 * The keys of Centrifugo v6.9 as `centrifugo defaultconfig` has them: `channel.namespaces[].presence`.
 * Of its commercial edition there are none.
 */
export const centrifugoKeys: ReadonlySet<string> = new Set(list(tree, ""));

function list(keys: Keys, prefix: string): string[] {
  const [names, below] = typeof keys === "string" ? [keys, {}] : keys;
  const own = names.split(" ").filter((name) => name !== "");
  return [
    ...own.map((name) => prefix + name),
    ...Object.entries(below).flatMap(([name, more]) => list(more, `${prefix}${name}.`)),
  ];
}
