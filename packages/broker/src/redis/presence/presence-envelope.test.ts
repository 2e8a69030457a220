import { expect, test } from "vitest";
import { parseEnvelope } from "../channel/envelope.ts";
import { parsePresenceEnvelope } from "./presence-envelope.ts";

test("tells joins and leaves from each other and from publications", () => {
  const info = Buffer.from('{"user":"u","client":"c"}');
  expect(parsePresenceEnvelope(Buffer.concat([Buffer.from("j\n"), info]))).toEqual({
    kind: "join",
    info,
    isLast: false,
  });
  expect(parsePresenceEnvelope(Buffer.concat([Buffer.from("l\n"), info]))).toEqual({
    kind: "leave",
    info,
    isLast: false,
  });
  expect(parsePresenceEnvelope(Buffer.concat([Buffer.from("L\n"), info]))).toEqual({
    kind: "leave",
    info,
    isLast: true,
  });
  expect(parseEnvelope(Buffer.concat([Buffer.from("j\n"), info]))).toBeUndefined();
  for (const foreign of ["", "j", "jx", "x\n{}", '1:e:2::\n{"data":1}']) {
    expect(parsePresenceEnvelope(Buffer.from(foreign))).toBeUndefined();
  }
});
