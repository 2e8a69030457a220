import { parseArgs } from "node:util";
import { startHub } from "@switchyard/testkit/hub";
import { runSoak } from "./soak.ts";

const help = `node tests/rpc/run.ts [options]

Calls a handler over two gateways while its workers are killed one after the other, and counts the answers: each call must have exactly
one, a result, an error or a deadline. Ends with 1 where one has none, two, or another's.

  --calls <n>        default 100000
  --connections <n>  default 8
  --in-flight <n>    of each connection, default 25
  --workers <n>      default 3
  --pause <ms>       between a worker that was replaced and the next kill, default 3000
  --help
`;
const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "100000" },
    connections: { type: "string", default: "8" },
    "in-flight": { type: "string", default: "25" },
    workers: { type: "string", default: "3" },
    pause: { type: "string", default: "3000" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}

const hub = await startHub({
  gateways: 2,
  workers: Number(values.workers),
  settings: {
    client: { command_rate_limit: 0 },
    handlers: { echo: { kind: "module", module: "tests/rpc/testing/echo.ts" } },
    rpc: { namespaces: [{ name: "echo", handler: "echo", timeout: "2s" }] },
  },
});
const workers = [...hub.workers];
try {
  const report = await runSoak({
    urls: Array.from({ length: Number(values.connections) }, (_, index) => hub.websocketUrl(index % 2)),
    token: hub.token("soak"),
    calls: Number(values.calls),
    inFlight: Number(values["in-flight"]),
    method: "echo:say",
    pauseMs: Number(values.pause),
    async kill() {
      await workers.shift()?.kill();
      workers.push(await hub.start("worker"));
    },
    onProgress: (answered, kills) => console.log(`${answered} answered, ${kills} workers killed`),
  });
  console.log(JSON.stringify(report, undefined, 2));
  process.exitCode = report.twice + report.mixed + report.never === 0 ? 0 : 1;
} finally {
  await hub.close();
}
