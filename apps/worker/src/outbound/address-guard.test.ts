import { expect, test } from "vitest";
import { AddressRefused, isPublic, resolvePublic } from "./address-guard.ts";

test.each([
  "127.0.0.1",
  "10.1.2.3",
  "172.31.255.255",
  "192.168.0.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "255.255.255.255",
  "224.0.0.1",
  "::1",
  "::",
  "fe80::1",
  "fc00::1",
  "fd12::1",
  "::ffff:127.0.0.1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "ff02::1",
])("%s is not public", (address) => expect(isPublic(address)).toBe(false));

test.each(["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])("%s is public", (address) =>
  expect(isPublic(address)).toBe(true),
);

test("a name that leads to this machine is refused, unless the operator allows it", async () => {
  await expect(resolvePublic("localhost", new Set())).rejects.toThrow(AddressRefused);
  await expect(resolvePublic("[::1]", new Set())).rejects.toThrow("tasks.callback_allowed_hosts");
  expect(await resolvePublic("127.0.0.1", new Set(["127.0.0.1"]))).toEqual({ address: "127.0.0.1", family: 4 });
});

test.each(["0x7f000001", "2130706433", "127.1", "0177.0.0.1"])(
  "%s, another way to write 127.0.0.1, gets nobody in",
  async (host) => {
    // The platform's URL parser makes these what they are.
    const { hostname } = new URL(`http://${host}/`);
    await expect(resolvePublic(hostname, new Set())).rejects.toThrow(AddressRefused);
  },
);
