import { isIP } from "node:net";
import { type Lookup, type OutboundOptions, OutboundRefused, type ResolvedAddress } from "./outbound.ts";
import { isPublicAddress } from "./public-address.ts";

export type GuardOptions = Pick<OutboundOptions, "allowedHosts" | "allowedPorts"> & { readonly lookup: Lookup };

/**
 * Says where a URL that a producer chose may be connected to: the addresses its host has now, all of them judged. The caller
 * connects to these and does not look the name up again, because a second answer could be another one (DNS rebinding).
 *
 * The judge throws OutboundRefused, or the look-up's error.
 */
export function createDestinationGuard({ allowedHosts, allowedPorts, lookup }: GuardOptions) {
  const trusted = new Set(allowedHosts.map((host) => host.toLowerCase()));
  const ports = new Set(allowedPorts);
  return async (url: URL): Promise<readonly ResolvedAddress[]> => {
    if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
      throw new OutboundRefused("only URLs with http or https and without user name and password are called");
    }
    const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
    const isTrusted = trusted.has(url.hostname) || trusted.has(`${url.hostname}:${port}`);
    if (!isTrusted && !ports.has(port)) {
      throw new OutboundRefused(`port ${port} is not called (tasks.callback_allowed_ports)`);
    }
    const found = await addressesOf(url.hostname, lookup);
    // One private address among public ones is an attempt to be let in by the others.
    if (isTrusted || found.every(({ address }) => isPublicAddress(address))) return found;
    throw new OutboundRefused(`${url.hostname} is not on the public internet (tasks.callback_allowed_hosts)`);
  };
}

async function addressesOf(hostname: string, lookup: Lookup): Promise<readonly ResolvedAddress[]> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const family = isIP(host);
  const found = family === 0 ? await lookup(host) : [{ address: host, family }];
  if (found.length === 0) throw new Error(`${hostname} has no address`);
  return found;
}
