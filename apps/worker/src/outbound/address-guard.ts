import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Why a host is not called; fit to be shown to whoever gave it. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
}

/**
 * Resolves a host that a stranger has named, and refuses it if it is not on the public internet: a callback must not reach
 * what only this machine or its network can reach. The connection has to be made to the very address returned here; a second
 * look-up could be answered with another.
 *
 * `allowed` are hosts the operator trusts, as they are written in URLs.
 * @throws AddressRefused, or the resolver's error.
 */
export async function resolvePublic(hostname: string, allowed: ReadonlySet<string>): Promise<ResolvedAddress> {
  const host = hostname.replace(/^\[|\]$/g, "");
  const found =
    isIP(host) === 0 ? await lookup(host, { all: true, verbatim: true }) : [{ address: host, family: isIP(host) }];
  const [first] = found;
  if (first === undefined) throw new AddressRefused(`${hostname} has no address`);
  // One private address among public ones is an attempt to be let in by the others.
  const isRefused = !allowed.has(hostname) && found.some(({ address }) => !isPublic(address));
  if (isRefused) throw new AddressRefused(`${hostname} is not on the public internet (tasks.callback_allowed_hosts)`);
  return { address: first.address, family: first.family === 6 ? 6 : 4 };
}

const notPublic = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  notPublic.addSubnet(network, prefix, "ipv4");
// Of IPv6 only 2000::/3 is public, less what leads back to IPv4 or is for documents.
for (const [network, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  notPublic.addSubnet(network, prefix, "ipv6");
}
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");

export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !notPublic.check(address, "ipv4");
  return globalUnicast.check(address, "ipv6") && !notPublic.check(address, "ipv6");
}
