import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Every process of a run begins by compiling the same few hundred files. What Node has compiled is found by the text of the file, so a
// changed one is compiled again.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/node-compile", import.meta.url));

// As long as `eventually`: the default of 1 s is little on a busy machine. Every test has more, or a failing poll could not
// tell its reason.
const expectations = { poll: { timeout: 5_000 } };

// Processes that are flooded or measured need the machine to themselves, or their neighbours' load is taken for their failure.
const alone = [
  "tests/faults/{input,load,stream}-faults.test.ts",
  "tests/{fuzz,groups}/**/*.test.ts",
  "tests/transports/uplinks.test.ts",
  "tests/protocol/slow-reader.test.ts",
  "tests/{architecture-doc,fan-out}.test.ts",
];
// Those that are killed, frozen or kept waiting do nothing most of the time, so two files wait beside each other; pages and SDKs beside
// them would be too much.
const waiting = [
  "tests/faults/{gateway,redis,redis-line,schedule,task}-faults.test.ts",
  "tests/faults/oracle.test.ts",
  "tests/faults/*/*.test.ts",
  "tests/{notifications,presence,sockets}/**/*.test.ts",
  "tests/transports/outage.test.ts",
  "tests/events/events.test.ts",
  "tests/{gateway-crash,loss-detection,nginx-rolling-restart,start}.test.ts",
];

// Without a process for each file, where one takes as long to begin as its tests: what files share then is modules, which have no state
// (CONTRIBUTING.md, 3). What a file leaves open shows in the next one.
//
// One project per environment: `unit` needs nothing, `redis` starts its own Redis per file, `e2e` spawns real processes, `waiting` waits
// for them, and `alone` has nothing beside it.
export default defineConfig({
  test: {
    // Two cores: more forks than this only make timeouts race each other.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["{apps,packages}/*/src/**/*.test.ts", "{infra,benches,handlers}/**/*.test.ts"],
          exclude: ["**/*.redis.test.ts"],
          isolate: false,
          testTimeout: 10_000,
          expect: expectations,
        },
      },
      {
        test: {
          name: "redis",
          include: ["{apps,packages}/*/src/**/*.redis.test.ts"],
          isolate: false,
          testTimeout: 20_000,
          hookTimeout: 20_000,
          expect: expectations,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/**/*.test.ts"],
          exclude: [...alone, ...waiting],
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: expectations,
        },
      },
      {
        test: {
          name: "waiting",
          include: waiting,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: expectations,
        },
      },
      {
        test: {
          name: "alone",
          include: alone,
          sequence: { groupOrder: 3 },
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: expectations,
        },
      },
    ],
  },
});
