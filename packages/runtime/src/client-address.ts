import { BlockList, isIP } from "node:net";
import { StartupError } from "./startup-error.ts";

/** The parts of a request that say where it came from. */
export interface Arrival {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** Finds out who is at the other end. */
export interface AddressReader {
  readonly of: (request: Arrival) => string;
  /** Does this peer speak for others? */
  readonly isTrustedProxy: (peer: string) => boolean;
}

/**
 * `X-Forwarded-For` is believed as far as trusted proxies wrote it: read from the right, each address was added by the one
 * before it, and the first that is no trusted proxy is the client. Everything to the left of that the client may have made up.
 * @throws StartupError for a setting that is neither an address nor a network
 */
export function createAddressReader(trustedProxies: readonly string[]): AddressReader {
  const trusted = new BlockList();
  for (const proxy of trustedProxies) addTrusted(trusted, proxy);
  const isTrustedProxy = (address: string) => isIP(address) !== 0 && trusted.check(address, familyOf(address));

  function of({ headers, socket }: Arrival): string {
    const peer = withoutMapping(socket.remoteAddress ?? "");
    if (trustedProxies.length === 0 || !isTrustedProxy(peer)) return peer;
    const hops = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",").toReversed();
    let client = peer;
    for (const hop of hops) {
      const address = withoutMapping(hop.trim());
      if (isIP(address) === 0) return client;
      client = address;
      if (!isTrustedProxy(address)) return client;
    }
    return client;
  }

  return { of, isTrustedProxy };
}

/**
 * What counts as one address: an IPv4 address however it is written, or the /64 of an IPv6 address, which is the least one
 * customer gets.
 */
export function addressGroup(given: string): string {
  const address = withoutMapping(given);
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  const after = tail?.split(":").filter(Boolean) ?? [];
  const zeros = Array.from(
    { length: tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length) },
    () => "0",
  );
  const full = [...groups, ...zeros, ...after];
  return `${full
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

function addTrusted(trusted: BlockList, proxy: string): void {
  const [address = "", prefix] = proxy.split("/");
  try {
    if (prefix === undefined) trusted.addAddress(address, familyOf(address));
    else trusted.addSubnet(address, Number(prefix), familyOf(address));
  } catch (error) {
    throw new StartupError(
      "config",
      `client.trusted_proxies: "${proxy}" must be an address or a network such as "10.0.0.0/8"`,
      { cause: error },
    );
  }
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return address.includes(":") ? "ipv6" : "ipv4";
}

/** Whether somebody on this machine has it. */
export function isLoopback(address: string): boolean {
  const own = withoutMapping(address);
  return isIP(own) !== 0 && loopback.check(own, familyOf(own));
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** A dual-stack socket shows IPv4 peers as `::ffff:192.0.2.1`; in a header the same may stand as `::ffff:c000:201`. */
function withoutMapping(address: string): string {
  if (!/^[0:]*:ffff:/i.test(address) || isIP(address) !== 6) return address;
  // The URL parser knows every spelling of an IPv6 address and has one of its own.
  const mapped = /^\[::ffff:([0-9a-f]+):([0-9a-f]+)\]$/.exec(new URL(`http://[${address}]`).hostname);
  if (mapped === null) return address;
  const bits = mapped.slice(1).map((half) => Number.parseInt(half, 16));
  return bits.flatMap((half) => [half >> 8, half & 0xff]).join(".");
}
