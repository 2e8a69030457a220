import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePresenceEntry } from "./presence-entry.ts";

test("reads back node, user and info, whatever the user is called", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.string({ unit: "grapheme" }), fc.string(), (node, user, infoJson) => {
      const value = Buffer.from(`${node}:1:${Buffer.byteLength(user)}:${user}${infoJson}`);
      expect(parsePresenceEntry(value)).toEqual({ node, user: Buffer.from(user).toString(), infoJson });
    }),
  );
});
