import { placesOfProxies } from "@switchyard/runtime/proxy-problems";
import { bounded, differs, ignored, type Rule, type Rules } from "../rule.ts";

const noGrpc = "back ends are asked by HTTP alone";

/** Of one way to ask a back end, wherever it stands. */
const proxyRules: Rules = {
  endpoint: differs(
    "`http://` and `https://` alone; redirects are not followed, and an answer may have 64 KiB. An empty one allows nothing",
  ),
  timeout: bounded("at most `4500ms`, with the time a question waits for its turn"),
  http_headers: differs("never those of one hop (`Connection`, `Host`, …), and no signature"),
  "http.static_headers": differs("a header of a client's never takes the place of one of these"),
  "http.tls.client_ca_pem": ignored("a client has no use for it"),
  grpc_metadata: ignored(noGrpc),
  "grpc.*": ignored(noGrpc),
};

/** Of hooks: what a back end is asked while a client waits. */
export const hookRules: Rules = Object.fromEntries(
  [...placesOfProxies, "proxies[]"].flatMap((place) =>
    Object.entries(proxyRules).map(([key, rule]): [string, Rule] => [`${place}.${key}`, rule]),
  ),
);
