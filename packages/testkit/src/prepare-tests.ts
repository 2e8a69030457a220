import { ensurePrograms } from "@switchyard/provision/ensure-programs";
import { MissingProgramsError } from "@switchyard/provision/missing-programs-error";
import { programs, type Program } from "@switchyard/provision/program";
import { StartupError } from "@switchyard/runtime/startup-error";

// What `npm test` runs first. Programs the tests need are installed where that is possible; otherwise nothing runs, because
// a suite that skips what it cannot do looks like one that passed.
const dependents = new Map<Program, string>([
  [programs.redis, "everything in *.redis.test.ts and tests/"],
  [programs.nginx, "the load balancer's configuration, infra/"],
  [programs.chromium, "the demo pages, tests/"],
  [programs.curl, "the lines people paste, tests/"],
  [programs.php, "tasks handled by a command, and recipes, tests/"],
  [programs.python, "recipes, tests/"],
]);

try {
  await ensurePrograms(programs, { environment: process.env, say: (line) => console.log(`npm test: ${line}`) });
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  console.error(`npm test: ${error.message}`);
  if (error instanceof MissingProgramsError) {
    const lines = error.missing.map((program) => `  ${program.name}: ${dependents.get(program)}`);
    console.error(`\nNo test was run, because these need what is missing:\n${lines.join("\n")}`);
  }
  process.exitCode = 1;
}
