import { mutateBytes, pick, randomBytes } from "@switchyard/testkit/mutate-bytes";
import { strangeValues } from "@switchyard/testkit/strange-values";
import type { Door, Scene } from "../door.ts";
import { RequestLine, type StrangeRequest } from "../send-request.ts";
import { strangeText } from "../strange-json.ts";

/** The dashboards, with and without a session, by an operator's browser gone mad. */
export const dashboards: Door = {
  name: "dashboards",
  share: 4,
  attackers: 2,
  async attack(scene, quota) {
    const line = new RequestLine(scene.hub.api.port);
    const cookie = await logIn(scene, line);
    for (let done = 0; done < quota && !scene.hub.isOver; done++) await ask(scene, line, cookie);
    line.close();
  },
};

async function logIn({ hub, tally }: Scene, line: RequestLine): Promise<string> {
  const headers = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  const answer = await line.send({ method: "POST", path: "/ops/login", headers, body: `password=${hub.opsPassword}` });
  const [cookie] = typeof answer === "string" ? [] : [answer.headers["set-cookie"] ?? []].flat();
  if (cookie === undefined) tally.fault("the right password opens nothing");
  return cookie?.split(";", 1)[0] ?? "";
}

const queue = "/ops/queues/api/queues/tasks";
/** To empty the whole queue by force is what an operator may want, and no test of what lies in it. */
const places = [
  "/ops",
  "/ops/login",
  "/ops/queues",
  "/ops/queues/api/queues?activeQueue=tasks&status=S&page=1&jobsPerPage=10",
  "/ops/queues/api/metrics/history",
  "/ops/queues/api/redis/stats",
  `${queue}/metrics`,
  `${queue}/workers`,
  `${queue}/ID`,
  `${queue}/ID/logs`,
  `${queue}/ID/flow`,
  `${queue}/retry/S`,
  `${queue}/promote`,
  `${queue}/clean/S`,
  `${queue}/pause`,
  `${queue}/resume`,
  `${queue}/add`,
  `${queue}/ID/retry`,
  `${queue}/ID/clean`,
  `${queue}/ID/promote`,
  `${queue}/ID/update-data`,
  `${queue}/ID/priority`,
];
const states = [
  "latest",
  "active",
  "waiting",
  "completed",
  "failed",
  "delayed",
  "paused",
  "prioritized",
  "x",
  "",
  "__proto__",
];

async function ask({ hub, random, tally }: Scene, line: RequestLine, cookie: string): Promise<void> {
  const request = strangeRequest(cookie, random);
  const answer = await line.send(request);
  if (typeof answer === "string") {
    if (answer === "no answer") tally.fault(`no answer to ${request.method} ${request.path}`);
    tally.add(answer);
    return;
  }
  tally.add(answer.status);
  // The dashboard has no other status for a call that the queue refuses, such as to retry what is not failed any more.
  const isRefusal = /Missing key for job|is not in the \w+ state/.test(answer.text);
  if (answer.status >= 500 && !isRefusal)
    tally.fault(`${answer.status} to ${request.method} ${request.path}: ${answer.text}`);
  if (request.path.includes("pause")) await hub.plainRedis.hdel("{sy:tasks}:tasks:meta", "paused");
}

function strangeRequest(cookie: string, random: () => number): StrangeRequest {
  const path = pick(places, random)
    .replace("S", pick(states, random))
    .replace(
      "ID",
      encodeURIComponent(random() < 0.5 ? `f${Math.floor(random() * 1_000)}` : strangeText(random)) || "x",
    );
  const method = pick(["GET", "GET", "PUT", "PUT", "POST", "DELETE", "PATCH"], random);
  const isForm = random() < 0.1;
  const body = method === "GET" ? undefined : strangeBody(isForm, random);
  return {
    method,
    path:
      random() < 0.97
        ? path
        : `/ops/${mutateBytes(Buffer.from(path), random)
            .toString("latin1")
            .replaceAll(/[^!-~]/g, "%")}`,
    headers: {
      cookie:
        random() < 0.95
          ? cookie
          : pick(["sy_ops=", "sy_ops=a", `sy_ops=${"A".repeat(43)}`, ";;;", cookie.slice(0, -1)], random),
      "sec-fetch-site": random() < 0.95 ? "same-origin" : pick(["cross-site", "", "same-site"], random),
      ...(body === undefined
        ? {}
        : { "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json" }),
    },
    body,
  };
}

function strangeBody(isForm: boolean, random: () => number): Buffer {
  if (random() < 0.1) return randomBytes(100, random);
  if (isForm)
    return Buffer.from(pick(["password=", "password=a&password=b", "a=".repeat(200), "%%%", "password=%ff"], random));
  const fields = ["data", "name", "options", "priority", "jobData", "delay"].filter(() => random() < 0.4);
  return Buffer.from(`{${fields.map((name) => `"${name}":${pick(strangeValues, random)}`).join()}}`);
}
