import { existsSync, readFileSync } from "node:fs";
import type { ProxySettings } from "@switchyard/runtime/proxy-object";

export interface TlsOptions {
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** @throws Error when the path of a key or a certificate cannot be read */
export function tlsOptions(tls: ProxySettings["http"]["tls"]): TlsOptions {
  if (!tls.enabled) return {};
  return {
    ...(tls.cert_pem === "" ? {} : { cert: pemOf(tls.cert_pem) }),
    ...(tls.key_pem === "" ? {} : { key: pemOf(tls.key_pem) }),
    ...(tls.server_ca_pem === "" ? {} : { ca: pemOf(tls.server_ca_pem) }),
    ...(tls.server_name === "" ? {} : { servername: tls.server_name }),
    ...(tls.insecure_skip_verify ? { rejectUnauthorized: false } : {}),
  };
}

/** PEM text, the path of a file, or base64 of PEM text, as Centrifugo takes it. */
function pemOf(given: string): string {
  if (given.includes("-----BEGIN")) return given;
  return existsSync(given) ? readFileSync(given, "utf8") : Buffer.from(given, "base64").toString();
}
