import { mutateBytes, pick } from "@switchyard/testkit/mutate-bytes";
import { strangeValues } from "@switchyard/testkit/strange-values";
import type { Door, Scene } from "../door.ts";
import { RequestLine, type StrangeRequest } from "../send-request.ts";
import { strangeText } from "../strange-json.ts";
import { noteTasks } from "../tasks-end.ts";

/** Few schedules, of which most can be, changed again and again while they fire. */
export const schedules: Door = {
  name: "schedules",
  share: 2,
  attackers: 1,
  async attack(scene, quota) {
    const line = new RequestLine(scene.hub.api.port);
    for (let done = 0; done < quota && !scene.hub.isOver; done++) await ask(scene, line);
    line.close();
  },
};

async function ask({ hub, random, tally }: Scene, line: RequestLine): Promise<void> {
  const request = strangeRequest(hub.apiKey, random);
  const answer = await line.send(request);
  if (typeof answer === "string") {
    if (answer === "no answer") tally.fault(`no answer to ${request.method} ${request.path}`);
    return tally.add(answer);
  }
  tally.add(answer.status);
  const said = `${request.method} ${request.path} ${request.body?.toString().slice(0, 300) ?? ""}`;
  if (answer.status >= 500) tally.fault(`${answer.status} to ${said}: ${answer.text}`);
  noteTasks(answer.text, hub.enqueued);
}

const path = "/v1/schedules";

function strangeRequest(apiKey: string, random: () => number): StrangeRequest {
  const id = random() < 0.95 ? `s${Math.floor(random() * 30)}` : encodeURIComponent(strangeText(random)) || "x";
  const one = `${path}/${id}`;
  const whole = pick<StrangeRequest>(
    [
      ...Array.from({ length: 6 }, () => withBody("PUT", one, strangeSpec(random))),
      withBody("POST", `${path}/preview`, strangeSpec(random)),
      { method: "GET", path: one, headers: {} },
      { method: "GET", path: `${path}?limit=${pick(["1", "100", "0", "x"], random)}`, headers: {} },
      { method: "DELETE", path: one, headers: {} },
      withBody("POST", `${one}/pause`, random() < 0.5 ? '{"note":"why"}' : `{"note":${pick(strangeValues, random)}}`),
      withBody("POST", `${one}/resume`, random() < 0.8 ? "{}" : pick(strangeValues, random)),
      withBody("POST", `${one}/trigger`, random() < 0.5 ? "{}" : `{"overlap":${strangePolicy("overlap", random)}}`),
      withBody("POST", `${one}/backfill`, strangeSpan(random)),
    ],
    random,
  );
  const isMutated = whole.body !== undefined && random() < 0.03;
  const ifMatch = random() < 0.1 ? { "if-match": pick(["1", "2", "*", "", "9007199254740993", "x"], random) } : {};
  return {
    ...whole,
    headers: { ...whole.headers, ...ifMatch, "x-api-key": apiKey },
    ...(isMutated ? { body: mutateBytes(Buffer.from(whole.body ?? ""), random) } : {}),
  };
}

function withBody(method: string, where: string, body: string): StrangeRequest {
  return { method, path: where, headers: { "content-type": "application/json" }, body };
}

const soon = () => Date.now() + 1_500;
const timings: readonly (() => string)[] = [
  () => '"everyMs":1000',
  () => '"everyMs":86400000,"offsetMs":86399999',
  () => '"everyMs":31536000000',
  () => '"cron":"* * * * * *"',
  () => '"cron":"0 9 * * 1-5","timeZone":"Asia/Shanghai"',
  () => '"cron":"30 2 L * 5#2","timeZone":"Europe/Berlin"',
  () => '"cron":"0 0 30 2 *"',
  () => '"cron":"@daily","timeZone":"Antarctica/Troll"',
  () => `"at":${soon()}`,
  () => `"atMs":${soon()}`,
  () => '"at":"2027-03-28T02:30","timeZone":"Europe/Berlin"',
  () => '"at":"2027-10-31T02:30","timeZone":"Europe/Berlin","fold":"second"',
  () => '"at":"0001-01-01T00:00:00Z"',
];
const policies = {
  overlap: ["skip", "allow", "queue", "buffer_one", "cancel_other"],
  missed: ["run_once", "run_all", "skip"],
};
const bounds = ["missedWindowMs", "jitterMs", "startAt", "endAt", "maxRuns", "pauseAfter", "everyMs", "cron", "x"];

function strangeSpec(random: () => number): string {
  const value = () =>
    random() < 0.3 ? pick(strangeValues, random) : String(pick([0, 1, 1_000, 3_600_000, 2 ** 53], random));
  const fields = [
    random() < 0.95 ? pick(timings, random)() : `"cron":${pick(strangeValues, random)}`,
    random() < 0.8
      ? `"task":${strangeTask(random)}`
      : `"publish":{"channel":"open:a","data":${pick(strangeValues, random)}}`,
    ...(random() < 0.5 ? [`"overlap":${strangePolicy("overlap", random)}`] : []),
    ...(random() < 0.3 ? [`"missed":${strangePolicy("missed", random)}`] : []),
    ...(random() < 0.3 ? [`"${pick(bounds, random)}":${value()}`] : []),
  ];
  return `{${fields.join()}}`;
}

function strangePolicy(name: keyof typeof policies, random: () => number): string {
  return random() < 0.95 ? JSON.stringify(pick(policies[name], random)) : pick(strangeValues, random);
}

function strangeTask(random: () => number): string {
  const fields = [
    `"handler":"${random() < 0.95 ? "echo" : "nobody"}"`,
    ...(random() < 0.3 ? [`"data":${random() < 0.7 ? '{"a":1}' : pick(strangeValues, random)}`] : []),
    ...(random() < 0.3 ? [`"group":${pick(['"g1"', '"*"', '"-"', '"schedule:s1"', "1"], random)}`] : []),
    ...(random() < 0.2
      ? [`"${pick(["user", "priority", "attempts", "delayMs"], random)}":${pick(strangeValues, random)}`]
      : []),
  ];
  return `{${fields.join()}}`;
}

/** Of a few seconds as a rule: each tick of it is a task. */
function strangeSpan(random: () => number): string {
  const to = Date.now();
  const from = random() < 0.9 ? to - pick([0, 1_000, 5_000], random) : pick([0, to + 1, to - 10 ** 9], random);
  return `{"from":${from},"to":${random() < 0.95 ? to : pick(strangeValues, random)},"dryRun":${random() < 0.5}}`;
}
