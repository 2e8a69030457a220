import { defineConfig } from "vitest/config";

// As long as `eventually`: the default of 1 s is little on a busy machine. Every test has more, or a failing poll could not
// tell its reason.
const expectations = { poll: { timeout: 5_000 } };

// One project per environment: `unit` needs nothing, `redis` starts its own Redis per file, `e2e` spawns real processes.
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
          testTimeout: 10_000,
          expect: expectations,
        },
      },
      {
        test: {
          name: "redis",
          include: ["{apps,packages}/*/src/**/*.redis.test.ts"],
          testTimeout: 20_000,
          hookTimeout: 20_000,
          expect: expectations,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["tests/**/*.test.ts"],
          // After the others and one file at a time: processes that are killed, frozen and flooded need the machine to
          // themselves, or their neighbours' load is taken for their failure.
          sequence: { groupOrder: 1 },
          maxWorkers: 1,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: expectations,
        },
      },
    ],
  },
});
