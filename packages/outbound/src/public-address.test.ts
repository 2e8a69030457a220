import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { expect, test } from "vitest";
import { isPublicAddress } from "./public-address.ts";

test.each([
  // The first and the last of what is special, and what clouds answer at.
  ["0.0.0.0", "0.255.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["100.64.0.0", "100.127.255.255", "100.100.100.200"],
  ["127.0.0.1", "127.255.255.255"],
  ["168.63.129.16"],
  ["169.254.0.0", "169.254.255.255", "169.254.169.254", "169.254.170.2", "169.254.0.23"],
  ["172.16.0.0", "172.31.255.255"],
  [
    "192.0.0.0",
    "192.0.0.255",
    "192.0.0.192",
    "192.0.2.0",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.1",
    "192.175.48.1",
  ],
  ["192.168.0.0", "192.168.255.255"],
  ["198.18.0.0", "198.19.255.255", "198.51.100.1", "203.0.113.1"],
  ["224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.255"],
  ["::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1"],
  ["64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a9fe:a9fe::", "2001::1"],
  ["100::1", "100:0:0:1::1", "2001:2::1", "2001:1ff:ffff::1", "2001:db8::1", "2620:4f:8000::1", "3fff::1", "5f00::1"],
  ["fc00::1", "fd00:ec2::254", "fd00:ec2::253", "fd20:ce::254", "fd00:42::42", "fe80::1", "fe80::a9fe:a9fe", "fec0::1"],
  ["fe80::1%eth0", "2606:4700::1111%eth0", "ff02::1", "ff0e::1"],
  ["", "localhost", "127.1", "0x7f.1", "256.0.0.1", "[::1]"],
])("%s is not public, nor what stands beside it", (...addresses) => {
  expect(addresses.filter((address) => isPublicAddress(address))).toEqual([]);
});

test.each(["8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "168.63.129.15", "168.63.129.17"])(
  "%s is public",
  (address) => expect(isPublicAddress(address)).toBe(true),
);

test.each([
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.1",
  "223.255.255.255",
  "2606:4700::1111",
  "2a00:1450::1",
  "2001:200::1",
])("%s is public, too", (address) => expect(isPublicAddress(address)).toBe(true));

test("nothing is public that a library for addresses knows as special", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    // 2000::/3, where what is special is hard to hit by chance.
    fc.uint8Array({ minLength: 13, maxLength: 13 }).map((rest) => new Uint8Array([0x20, 0x01, 0, ...rest])),
  );
  fc.assert(
    fc.property(bytes, (raw) => {
      const address = ipaddr.fromByteArray([...raw]);
      fc.pre(isPublicAddress(address.toString()));
      expect(address.range()).toBe("unicast");
    }),
    { numRuns: 300 },
  );
});
