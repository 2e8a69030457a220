import { expect, test } from "vitest";
import { helpText, readOptions } from "./options.ts";

const read = (environment: Record<string, string>, args: string[] = []) =>
  readOptions(args, environment, "/repository");

test("starts two gateways and a worker on 8000 with a Redis of its own when nothing is said", () => {
  expect(read({})).toEqual({
    help: false,
    printEnv: false,
    verbose: false,
    port: 8000,
    gateways: 2,
    workers: 1,
    redisUrl: undefined,
    settingsPath: "/repository/switchyard.dev.json",
    directory: "/repository/.switchyard",
  });
});

test("refuses a port that leaves no room for the others, and names the bounds", () => {
  for (const port of ["0", "65457", "eight", "80.5"]) {
    expect(() => read({ SWITCHYARD_PORT: port })).toThrow("SWITCHYARD_PORT must be a whole number from 1 to 65456");
  }
  expect(read({ SWITCHYARD_PORT: "65456" }).port).toBe(65_456);
});

test("takes an empty variable for an absent one", () => {
  expect(read({ SWITCHYARD_GATEWAYS: "", SWITCHYARD_REDIS_URL: "" })).toMatchObject({
    gateways: 2,
    redisUrl: undefined,
  });
});

test("refuses an argument it does not know and points to the help", () => {
  expect(() => read({}, ["--verbos"])).toThrow(/--verbos.*npm start -- --help/);
});

test("the help names the variable of each door's port", () => {
  for (const door of ["TEXT", "UDP", "PLAIN"]) expect(helpText).toContain(`SWITCHYARD_${door}_PORT `);
});
