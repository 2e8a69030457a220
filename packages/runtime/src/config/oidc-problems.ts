import Value from "typebox/value";
import { isLoopback } from "../client-address.ts";

/** Rules between the fields of `ops.oidc`. Runs on unchecked input. */
export function oidcProblems(settings: unknown): string[] {
  const oidc = (Value.Pointer.Get(settings, "/ops/oidc") ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof oidc["issuer"] !== "string" || oidc["issuer"] === "") return [];
  const missing = ["oidc/client_id", "oidc/client_secret", "public_url"].filter(
    (place) => (Value.Pointer.Get(settings, `/ops/${place}`) ?? "") === "",
  );
  const { roles } = oidc;
  return [
    ...missing.map((place) => `ops.${place.replace("/", ".")}: must be set where ops.oidc.issuer is`),
    ...(Array.isArray(roles) && roles.length > 0
      ? []
      : ["ops.oidc.roles: must name a value and its role, or nobody gets in by ops.oidc.issuer"]),
    ...openIssuer(oidc["issuer"]),
  ];
}

/** What a provider says over plain HTTP, anybody on the way may have said. */
function openIssuer(issuer: string): string[] {
  const { protocol, hostname } = URL.parse(issuer) ?? { protocol: "", hostname: "" };
  const isOfThisMachine = hostname === "localhost" || isLoopback(hostname.replaceAll(/^\[|\]$/g, ""));
  if (protocol === "https:" || isOfThisMachine) return [];
  return ["ops.oidc.issuer: must be https, or of this machine"];
}
