import fc from "fast-check";
import { expect, test } from "vitest";
import { encodePublicationBody } from "../publication-body.ts";
import { jsonEncoding } from "./json-encoding.ts";

test("a publication's data comes out of the push as it went in, whatever it and the channel are", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.jsonValue(), fc.nat(), (channel, data, offset) => {
      const body = Buffer.from(encodePublicationBody({ payload: JSON.stringify(data) }));
      const message = jsonEncoding.push({ kind: "pub", channel, offset, body });
      expect(message.includes("\n")).toBe(false);
      const pub = { ...(offset > 0 ? { offset } : {}), data: JSON.parse(JSON.stringify(data)) as unknown };
      expect(JSON.parse(message.toString())).toEqual({ push: { channel, pub } });
    }),
  );
});
