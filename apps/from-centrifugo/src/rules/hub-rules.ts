import { redisUrl } from "../redis-url.ts";
import { bounded, differs, ignored, moved, refused, type Rules } from "../rule.ts";

const inFront = "the proxy in front does this (infra/nginx, docs/how-to/deploy.md)";
const ownPorts = "probes and metrics are on the port of each process, which no proxy shows";
const oneRedis = "channels, presence and control are in the one Redis or Valkey of `redis.url`";
const partOfUrl = moved("a part of `redis.url`", (_value, file) => redisUrl(file));
const noGrpc = "there is no gRPC; the server API is HTTP";
const noConsumers =
  "nothing is read from queues of yours; call the server API, or enqueue tasks by any BullMQ client (`hub.publish`)";
const always = "is always there, on the port of each process";

/** Of the hub itself: where it listens, what it stores, who operates it. */
export const hubRules: Rules = {
  "http_server.address": moved("`gateway.host` and `api.host`, `::` for every interface", (value) => {
    const host = value === "" ? "::" : value;
    return { "gateway.host": host, "api.host": host };
  }),
  "http_server.port": ignored(
    "gateways and apis are processes of their own (`gateway.port`, `api.port`); the proxy in front has the port that people know",
  ),
  "http_server.internal_address": ignored(ownPorts),
  "http_server.internal_port": ignored(ownPorts),
  "http_server.tls.enabled": refused(inFront),
  "http_server.tls_autocert.enabled": refused(inFront),
  "http_server.internal_tls.enabled": refused(inFront),
  "http_server.http3.enabled": refused(inFront),
  "http_server.h2c_external": refused(inFront),
  "http_server.*": ignored(inFront),

  "log.level": differs('`"none"` is written `"fatal"`', (value) => (value === "none" ? "fatal" : value)),
  "log.file": refused("logs are JSON lines on standard output; let what runs the process write them to a file"),

  "engine.type": ignored("there is always a Redis; `npm start` brings one, elsewhere name yours in `redis.url`"),
  "engine.redis.address": moved("`redis.url`, with user, password and database in it", (_value, file) =>
    redisUrl(file),
  ),
  "engine.redis.db": partOfUrl,
  "engine.redis.user": partOfUrl,
  "engine.redis.password": partOfUrl,
  "engine.redis.tls.enabled": moved(
    "`rediss://` in `redis.url`; an authority of your own goes into `NODE_EXTRA_CA_CERTS`",
    (_value, file) => redisUrl(file),
  ),
  "engine.redis.tls.server_ca_pem": ignored("an authority of your own goes into the variable `NODE_EXTRA_CA_CERTS`"),
  "engine.redis.tls.cert_pem": refused("a certificate of the client's cannot be given to Redis; use a password"),
  "engine.redis.tls.insecure_skip_verify": refused("the certificate of Redis is always verified"),
  "engine.redis.prefix": moved("`redis.prefix`; what lies under it has other names, so nothing collides", (value) => ({
    "redis.prefix": value,
  })),
  "engine.redis.cluster_address": refused("one Redis is used; name it in `redis.url`"),
  "engine.redis.sentinel_address": refused("one Redis is used; name it in `redis.url`"),
  "engine.redis.replica_client.enabled": refused("all reading is done where it was written"),
  "engine.*": ignored(oneRedis),
  "broker.enabled": refused(oneRedis),
  "broker.*": ignored(oneRedis),
  "presence_manager.enabled": refused(oneRedis),
  "presence_manager.*": ignored(oneRedis),
  "controller.enabled": refused(oneRedis),
  "controller.*": ignored(oneRedis),

  "http_api.key": bounded("16 characters or more; `http_api.keys` has further keys, each for what its holder needs"),
  "http_api.disabled": refused("do not start an api, or do not let the proxy in front show `/api`"),
  "http_api.handler_prefix": refused("it is always `/api`; let the proxy in front rewrite another path", "/api"),
  "http_api.error_mode": refused("an error is answered with status 200 and `error` in the body; look there"),
  "http_api.external": ignored("the api is a process of its own; what of it is shown is the proxy's to say"),
  "http_api.insecure": refused("there is always a key; `http_api.key`"),
  "grpc_api.enabled": refused(noGrpc),
  "grpc_api.*": ignored(noGrpc),
  "consumers[].enabled": refused(noConsumers),
  "consumers[].*": ignored(noConsumers),

  "admin.password": moved("`ops.password`, of the pages under `/ops`; 12 characters or more", (value) => ({
    "ops.password": value,
  })),
  "admin.insecure": refused("the pages under `/ops` always ask for `ops.password`"),
  "admin.*": ignored("pages of operators are under `/ops`, open as soon as `ops.password` is set"),
  "prometheus.*": ignored(`\`/metrics\` ${always}; docs/metrics.md has the names`),
  "health.*": ignored(`\`/livez\` and \`/readyz\` ${always}; the second looks at Redis, too`),
  "swagger.*": ignored("`/docs` of the api describes every call"),
  "debug.*": ignored("start a process with `--inspect` (`NODE_OPTIONS`)"),
  "dev.*": ignored("`npm start` shows demo pages (`api.demo`)"),
  "opentelemetry.enabled": refused("there are metrics and logs, and no traces"),
  "opentelemetry.*": ignored("there are no traces"),
  "graphite.enabled": refused("read `/metrics` with what feeds your Graphite"),
  "graphite.*": ignored("read `/metrics` with what feeds your Graphite"),
  "usage_stats.disabled": ignored("nothing is told to anybody"),
  "node.name": moved("`gateway.name`", (value) => ({ "gateway.name": value })),
  "node.info_metrics_aggregate_interval": ignored("`info` counts when it is asked"),
  pid_file: ignored("let what runs the process keep its number"),
  enable_unreleased_features: ignored("there are none"),
};
