import { mutateBytes, pick, randomBytes } from "@switchyard/testkit/mutate-bytes";
import { strangeValues } from "@switchyard/testkit/strange-values";
import type { Door, Scene } from "../door.ts";
import { queueKey } from "../tasks-end.ts";

const perWrite = 50;

/** Plain Redis: whatever programs without a client for the queue write there, and whatever they get wrong. */
export const taskQueue: Door = {
  name: "plain Redis queue",
  share: 6,
  attackers: 2,
  async attack(scene, quota) {
    for (let done = 0; done < quota && !scene.hub.isOver; done += perWrite) {
      await write(scene, done, Math.min(perWrite, quota - done));
    }
  },
};

async function write({ hub, random, attacker, tally }: Scene, first: number, cases: number): Promise<void> {
  const pipeline = hub.plainRedis.pipeline();
  for (let index = first; index < first + cases; index++) {
    const id = strangeId(`f${attacker}-${index}`, random);
    const job = strangeJob(random);
    // A name with a colon, or none, may be one of the queue's own keys: it lies in a list and nowhere else.
    const isSafe = id.length > 3 && !id.includes(58);
    if (isSafe && random() < 0.03) pipeline.set(Buffer.concat([Buffer.from(queueKey), id]), "not a job");
    else if (isSafe && random() < 0.97) pipeline.hset(Buffer.concat([Buffer.from(queueKey), id]), job);
    const dice = random();
    if (dice < 0.7) pipeline.lpush(`${queueKey}wait`, id);
    else if (dice < 0.85) pipeline.zadd(`${queueKey}prioritized`, pick([0, 1, 2 ** 32, 2 ** 53, 0.5], random), id);
    else pipeline.zadd(`${queueKey}delayed`, (Date.now() + random() * 500) * 0x1000, id);
    hub.written.push(id);
  }
  pipeline.zadd(`${queueKey}marker`, 0, "0");
  await pipeline.exec();
  tally.add("written", cases);
  await roomForMore(hub.plainRedis);
}

/** Strangers are no faster than the worker here, or all of them would be judged at the very end only. */
async function roomForMore(redis: Scene["hub"]["plainRedis"]): Promise<void> {
  for (let tries = 0; tries < 100 && (await redis.llen(`${queueKey}wait`)) > 2_000; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function strangeId(plain: string, random: () => number): Buffer {
  const dice = random();
  if (dice < 0.9) return Buffer.from(plain);
  const name = pick(
    ["a b", "é", "\u0000", "\n", ":", "x".repeat(300), "\u202e", "🙂", "\u0085", "{}", "'", '"'],
    random,
  );
  if (dice < 0.96) return Buffer.from(`${plain}${name}`);
  return Buffer.concat([Buffer.from(plain), randomBytes(20, random)]);
}

type Fields = Record<string, string | Buffer | number>;

function strangeJob(random: () => number): Fields {
  const data = Buffer.from(
    `{"handler":"echo","data":${random() < 0.1 ? '"fail"' : pick(strangeValues, random)}${random() < 0.6 ? `,"group":${strangeGroup(random)}` : ""}}`,
  );
  const right: Fields = {
    name: random() < 0.95 ? "echo" : pick(["", "nobody", "hub.callback", "\u0000", "x".repeat(5_000)], random),
    data: random() < 0.8 ? data : mutateBytes(data, random),
    opts: strangeOptions(random),
    timestamp: Date.now(),
    delay: 0,
    priority: 0,
  };
  if (random() < 0.1) delete right[pick(Object.keys(right), random)];
  if (random() < 0.15) right[pick(strangeFields, random)] = strangeField(random);
  return right;
}

const strangeFields = [
  "ats",
  "atm",
  "stc",
  "gid",
  "gsq",
  "priority",
  "timestamp",
  "delay",
  "parentKey",
  "parent",
  "deid",
  "processedOn",
  "rjk",
  "failedReason",
  "returnvalue",
];

function strangeField(random: () => number): string | Buffer {
  if (random() < 0.2) return randomBytes(30, random);
  return pick(
    ["", "x", "-1", "1e999", "9007199254740993", "NaN", "null", "[]", "0", "3", "-4503599627370496", "a:b:c"],
    random,
  );
}

function strangeGroup(random: () => number): string {
  return pick(
    ['"g1"', '"g2"', '"g3"', '""', "1", "1.0", '"*"', '"\\ud800"', "null", "[]", '"\\u0000"', `"${"g".repeat(200)}"`],
    random,
  );
}

function strangeOptions(random: () => number): Buffer | string {
  if (random() < 0.7) return "{}";
  const options = Buffer.from(
    `{"attempts":${pick(["1", "2", "0", "-1", "1e9", '"3"'], random)},"backoff":${pick(["5", '{"type":"fixed","delay":5}', '{"type":"x"}', "null"], random)},"group":{"id":${strangeGroup(random)}}}`,
  );
  return random() < 0.7 ? options : mutateBytes(options, random);
}
