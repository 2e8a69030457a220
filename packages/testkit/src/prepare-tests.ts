import { ensurePrograms } from "@switchyard/provision/ensure-programs";
import { programs } from "@switchyard/provision/program";
import { StartupError } from "@switchyard/runtime/startup-error";

// What `npm test` runs first. Programs the tests need are installed where that is possible; otherwise nothing runs, because
// a suite that skips what it cannot do looks like one that passed.
const consequences = [
  `${programs.redis.name}: everything in *.redis.test.ts and tests/`,
  `${programs.nginx.name}: the load balancer's configuration in infra/`,
  `${programs.chromium.name}: the demo pages in tests/`,
  `${programs.php.name}: the command handlers in tests/`,
];

try {
  await ensurePrograms(programs, { environment: process.env, say: (line) => console.log(`npm test: ${line}`) });
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  console.error(`npm test: ${error.message}\n\nNo test was run. They need\n  ${consequences.join("\n  ")}`);
  process.exitCode = 1;
}
