import { readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { chooseOnly } from "@switchyard/testkit/choose-only";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { killCrowds } from "./killed-crowd.ts";
import { type JoinsOutcome, playRandomJoins } from "./random-joins.ts";

const help = `npm run faults:events -- [options]

Kills gateways under connected crowds, and lets clients join and leave at random while nodes are killed. What receivers of events were
told is judged.

  --clients <n>      default 2000
  --away <seconds>   for how long Redis is away, default 20
  --operations <n>   joins and leaves, default 100000
  --seed <n>         default 1
  --only <trial>     kills or joins
  --write            puts the result into docs/reliability.md, kept promises or not
  --help
`;
const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "2000" },
    away: { type: "string", default: "20" },
    operations: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}

interface Trial {
  readonly id: "kills" | "joins";
  readonly promise: string;
  readonly run: () => Promise<JoinsOutcome>;
}

const trials: readonly Trial[] = [
  {
    id: "kills",
    promise: "connections of killed gateways are closed within 13 s, each once; also while Redis is away",
    run: () => killCrowds({ clients: Number(values.clients), awayMs: Number(values.away) * 1_000 }),
  },
  { id: "joins", promise: "what is told balances, goes forward, and is right at rest", run: () => joinAtRandom() },
];
const lines: string[] = [];
for (const { promise, run } of chooseOnly(trials, values.only, ({ id }, only) => id === only)) {
  const beganMs = performance.now();
  const { figures, broken } = await run();
  const text = Object.entries(figures).map(([name, figure]) => `${name}: ${figure}`);
  const verdict = broken.length === 0 ? "kept" : `**broken: ${broken[0]}**`;
  lines.push(`- ${promise}: ${verdict}. ${text.join("; ")}.`);
  console.log(`${lines.at(-1)} (${Math.round((performance.now() - beganMs) / 1_000)} s)`);
  for (const one of broken.slice(0, 20)) console.log(`    ${one}`);
  if (broken.length > 0) process.exitCode = 1;
}
if (values.write) writeReport();

async function joinAtRandom(): Promise<JoinsOutcome> {
  const redis = await startTestRedis();
  try {
    return await playRandomJoins({
      redisUrl: redis.url,
      operations: Number(values.operations),
      seed: Number(values.seed),
    });
  } finally {
    await redis.close();
  }
}

function writeReport(): void {
  const path = new URL("../../docs/reliability.md", import.meta.url);
  const [before = "", rest = ""] = readFileSync(path, "utf8").split("<!-- event runs:begin -->");
  const [, after = ""] = rest.split("<!-- event runs:end -->");
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`;
  const head = [
    `${new Date().toISOString().slice(0, 10)}, ${machine}, shared by hub, Redis, clients and receiver; load average over the last`,
    `15 minutes ${loadavg()[2]?.toFixed(1)}; seed ${values.seed}:`,
  ];
  writeFileSync(
    path,
    [`${before}<!-- event runs:begin -->`, "", ...head, "", ...lines, "", `<!-- event runs:end -->${after}`].join("\n"),
  );
}
