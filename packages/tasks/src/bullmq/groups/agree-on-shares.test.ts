import { namesOfEveryObject } from "@switchyard/testkit/names-of-every-object";
import { expect, test } from "vitest";
import { agreeOnShares } from "./agree-on-shares.ts";

const worker = (shares: Record<string, number | undefined>) => ({
  handlers: Object.entries(shares).map(([name, concurrency]) => ({
    name,
    kind: "module",
    ...(concurrency !== undefined && { concurrency }),
  })),
});

test("where workers differ in a share the lowest counts, and no bound is more than any", () => {
  const agreed = agreeOnShares([worker({ ship: 6, mail: 0 }), worker({ ship: 2, mail: 10 }), worker({ ship: 6 })]);
  expect(agreed.get("ship")).toEqual({ concurrency: 2, said: [2, 6] });
  expect(agreed.get("mail")).toEqual({ concurrency: 10, said: [10, 0] });
});

test("a worker that does not say counts for nothing, and where none says anything nothing is agreed on", () => {
  expect(agreeOnShares([worker({ ship: undefined }), worker({ ship: 0 })]).get("ship")).toEqual({
    concurrency: 0,
    said: [0],
  });
  expect(agreeOnShares([worker({ ship: undefined })]).has("ship")).toBe(false);
});

test("names that every object has are names of handlers like others", () => {
  for (const name of namesOfEveryObject) {
    expect(agreeOnShares([]).has(name), name).toBe(false);
    expect(agreeOnShares([worker(Object.fromEntries([[name, 3]]))]).get(name)?.concurrency, name).toBe(3);
  }
});
