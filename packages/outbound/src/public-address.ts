import { BlockList, isIP } from "node:net";

/**
 * Whether an address is on the public internet: of IPv4 everything that no registry reserves, of IPv6 the global unicast block
 * less what is reserved in it. So addresses that carry another one inside (IPv4-mapped, NAT64, 6to4, Teredo) are refused with
 * all the rest, and what will be reserved of IPv6 later is refused already.
 *
 * Rejected: a library's names for ranges (ipaddr.js). They take what they do not know for public, and they know no address that
 * only a cloud gives a meaning. A test holds that nothing is public here that is special there.
 */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !reserved.check(address, "ipv4");
    case 6:
      // An address with a zone (`fe80::1%eth0`) means something on this machine only.
      return !address.includes("%") && globalUnicast.check(address, "ipv6") && !reserved.check(address, "ipv6");
    default:
      return false;
  }
}

/** The IANA special-purpose registries, what belongs to them by other RFCs, and what clouds use beside them. */
const reservedNetworks = [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // shared by carriers; Alibaba's metadata is 100.100.100.200
  "127.0.0.0/8", // loopback
  "168.63.129.16/32", // Azure's platform: metadata, DNS, health; public by number only
  "169.254.0.0/16", // link-local; the metadata of most clouds is 169.254.169.254
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments; Oracle's metadata was 192.0.0.192
  "192.0.2.0/24", // documentation
  "192.31.196.0/24", // AS112
  "192.52.193.0/24", // AMT
  "192.88.99.0/24", // 6to4 relays, deprecated
  "192.168.0.0/16", // private
  "192.175.48.0/24", // AS112
  "198.18.0.0/15", // benchmarking
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, and the broadcast address
  // Of 2000::/3:
  "2001::/23", // protocol assignments: Teredo, ORCHID, benchmarking, AMT, AS112, drones
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4: an IPv4 address inside
  "2620:4f:8000::/48", // AS112
  "3ffe::/16", // the 6bone, given back
  "3fff::/20", // documentation
];

const reserved = blockListOf(reservedNetworks);
/** Outside of it are, among others, ::1, ::ffff:0:0/96, 64:ff9b::/96, 100::/64, 5f00::/16, fc00::/7 (fd00:ec2::254) and fe80::/10. */
const globalUnicast = blockListOf(["2000::/3"]);

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    list.addSubnet(address, Number(prefix), isIP(address) === 4 ? "ipv4" : "ipv6");
  }
  return list;
}
