import { expect, test } from "vitest";
import { parseRecord } from "./record-fields.ts";

const before = '{"id":"t_1","message":"\\"result\\":null 12345678901234567890","seq":3,"startedAtMs":1795906000000,';

test.for(["12345678901234567890", '{"result":null,"id":12345678901234567890}', "[1.0,1e2,-0]", '"1.0"', "null", "1.5"])(
  "a record hands its result on as it was spelled: %s",
  (result) => {
    const json = `${before}"result":${result}}`;
    expect(JSON.stringify(parseRecord(json))).toBe(json);
  },
);
