import { expect, test } from "vitest";
import { addressGroup, createAddressReader, isLoopback } from "./client-address.ts";

const from = (remoteAddress: string, forwarded?: string) => ({
  headers: { "x-forwarded-for": forwarded },
  socket: { remoteAddress },
});

test.each([
  ["no header", from("10.0.0.5"), "10.0.0.5"],
  ["one client behind it", from("10.0.0.5", "203.0.113.9"), "203.0.113.9"],
  ["a client that claims to be another", from("10.0.0.5", "198.51.100.1, 203.0.113.9"), "203.0.113.9"],
  ["two proxies in a row", from("10.0.0.5", "203.0.113.9, 10.1.2.3"), "203.0.113.9"],
  ["a client inside the trusted network", from("10.0.0.5", "10.9.9.9"), "10.9.9.9"],
  ["rubbish in the header", from("10.0.0.5", "unknown, <script>"), "10.0.0.5"],
  ["rubbish left of the client", from("10.0.0.5", "rubbish, 203.0.113.9"), "203.0.113.9"],
  ["an IPv4 peer on an IPv6 socket", from("::ffff:10.0.0.5", "::ffff:203.0.113.9"), "203.0.113.9"],
  ["an IPv6 client", from("10.0.0.5", "2001:db8::7"), "2001:db8::7"],
])("behind a trusted proxy: %s", (_, request, client) => {
  expect(createAddressReader(["10.0.0.0/8", "::1"]).of(request)).toBe(client);
});

test("a peer that is no trusted proxy cannot choose its address", () => {
  expect(createAddressReader(["10.0.0.0/8"]).of(from("203.0.113.9", "198.51.100.1"))).toBe("203.0.113.9");
  expect(createAddressReader([]).of(from("127.0.0.1", "198.51.100.1"))).toBe("127.0.0.1");
});

test.each(["proxy.internal", "10.0.0.0/33", "10.0.0.0/x", "300.1.1.1", "*"])(
  "%s is no proxy one can trust",
  (proxy) => {
    expect(() => createAddressReader([proxy])).toThrow(`client.trusted_proxies: "${proxy}" must be an address`);
  },
);

test.each([
  ["203.0.113.9", "203.0.113.9"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::ffff:203.0.113.9", "203.0.113.9"],
  ["::FFFF:cb00:7109", "203.0.113.9"],
  ["0:0:0:0:0:ffff:cb00:7109", "203.0.113.9"],
])("%s counts as %s", (address, group) => {
  expect(addressGroup(address)).toBe(group);
});

test.each(["127.0.0.1", "127.8.9.10", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1", "::ffff:7f00:1"])(
  "%s is this machine",
  (address) => expect(isLoopback(address)).toBe(true),
);

test.each(["128.0.0.1", "10.0.0.1", "::2", "::ffff:10.0.0.1", "localhost", "127.0.0.1.evil.example", ""])(
  "%s is not",
  (address) => expect(isLoopback(address)).toBe(false),
);
