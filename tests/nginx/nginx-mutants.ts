import type { GuaranteeName } from "./guarantees.ts";

/** A way to break infra/nginx: what is replaced in which file, and the guarantee that must notice. */
export interface NginxMutant {
  readonly breakage: string;
  readonly noticedBy: GuaranteeName;
  readonly file: string;
  /** The first occurrence is replaced; it must exist. */
  readonly from: string | RegExp;
  readonly to: string;
}

export const nginxMutants: readonly NginxMutant[] = [
  {
    breakage: "/connection/ goes to the api",
    noticedBy: "WebSockets are spread over all gateways and reach nothing else",
    file: "path-map.conf",
    from: "proxy_pass http://gateways;",
    to: "proxy_pass http://api;",
  },
  {
    breakage: "the Upgrade header is not passed on",
    noticedBy: "WebSockets are spread over all gateways and reach nothing else",
    file: "path-map.conf",
    from: "proxy_set_header Upgrade $proxied_upgrade;",
    to: "",
  },
  {
    breakage: "the Connection header is not passed on",
    noticedBy: "WebSockets are spread over all gateways and reach nothing else",
    file: "path-map.conf",
    from: "proxy_set_header Connection $proxied_connection;",
    to: "",
  },
  {
    breakage: "upstreams are spoken to in HTTP/1.0",
    noticedBy: "WebSockets are spread over all gateways and reach nothing else",
    file: "proxy.conf",
    from: "proxy_http_version 1.1;",
    to: "proxy_http_version 1.0;",
  },
  {
    breakage: "clients stick to one gateway",
    noticedBy: "WebSockets are spread over all gateways and reach nothing else",
    file: "upstreams.conf",
    from: "least_conn;",
    to: "ip_hash;",
  },
  {
    breakage: "streams are buffered",
    noticedBy: "what a gateway streams arrives at once",
    file: "path-map.conf",
    from: "proxy_buffering off;",
    to: "",
  },
  {
    breakage: "/emulation is forgotten",
    noticedBy: "uplinks of one-way transports reach a gateway",
    file: "path-map.conf",
    from: "location = /emulation",
    to: "location = /forgotten",
  },
  {
    breakage: "the rest goes to gateways",
    noticedBy: "everything that is not a session is the api's",
    file: "path-map.conf",
    from: "proxy_pass http://api;",
    to: "proxy_pass http://gateways;",
  },
  {
    breakage: "the api's paths are rewritten",
    noticedBy: "everything that is not a session is the api's",
    file: "path-map.conf",
    from: "proxy_pass http://api;",
    to: "proxy_pass http://api/x/;",
  },
  {
    breakage: "nginx has a smaller limit than the api",
    noticedBy: "a body that is too large is the api's to refuse, in its own words",
    file: "nginx.conf",
    from: "client_max_body_size 8m;",
    to: "",
  },
  {
    breakage: "one probe is forgotten",
    noticedBy: "probes and metrics are closed, however their path is written",
    file: "path-map.conf",
    from: "livez|readyz|metrics",
    to: "livez|readyz",
  },
  {
    breakage: "probes are matched only at the end of a path",
    noticedBy: "probes and metrics are closed, however their path is written",
    file: "path-map.conf",
    from: "(?:/|$)",
    to: "$",
  },
  {
    breakage: "the client's own X-Forwarded-For is kept",
    noticedBy: "upstreams learn the client's address, which the client cannot forge",
    file: "proxy.conf",
    from: "X-Forwarded-For $remote_addr",
    to: "X-Forwarded-For $proxy_add_x_forwarded_for",
  },
  {
    breakage: "the port of Host is lost",
    noticedBy: "upstreams learn the client's address, which the client cannot forge",
    file: "proxy.conf",
    from: "Host $http_host",
    to: "Host $host",
  },
  {
    breakage: "any protocol may upgrade",
    noticedBy: "no other protocol can tunnel through an upgrade",
    file: "path-map.conf",
    from: "Upgrade $proxied_upgrade",
    to: "Upgrade $http_upgrade",
  },
  {
    breakage: "a refused connection is not tried elsewhere",
    noticedBy: "when a gateway dies its clients connect to the others",
    file: "path-map.conf",
    from: /proxy_next_upstream [^;]*;/,
    to: "proxy_next_upstream off;",
  },
  {
    breakage: "the 503 of a gateway that drains goes to the client",
    noticedBy: "while a gateway drains its clients connect to the others",
    file: "path-map.conf",
    from: "proxy_next_upstream error timeout http_503 non_idempotent;",
    to: "proxy_next_upstream error timeout;",
  },
  {
    breakage: "the 503 of a gateway that drains goes to the client who asks by POST",
    noticedBy: "while a gateway drains streams are opened by the others",
    file: "path-map.conf",
    from: " http_503 non_idempotent;",
    to: " http_503;",
  },
  {
    breakage: "the access log has the query string",
    noticedBy: "no log has a query string, not even when every upstream is gone",
    file: "nginx.conf",
    from: '"path":"$uri"',
    to: '"path":"$request_uri"',
  },
  {
    breakage: "the error log has failed requests",
    noticedBy: "no log has a query string, not even when every upstream is gone",
    file: "nginx.conf",
    from: "error_log stderr emerg;",
    to: "error_log stderr error;",
  },
  {
    breakage: "the access log has the Referer",
    noticedBy: "no log has a query string, not even when every upstream is gone",
    file: "nginx.conf",
    from: '"status":$status',
    to: '"status":$status,"referer":"$http_referer"',
  },
];
