import { mutateBytes, pick, randomBytes } from "@switchyard/testkit/mutate-bytes";
import type { Door, Scene } from "../door.ts";
import { RequestLine, type StrangeRequest } from "../send-request.ts";
import { strangeJson, strangeText, type Schema } from "../strange-json.ts";
import { noteTasks } from "../tasks-end.ts";

/** Every route the api documents, asked for what its schema allows and for what it does not. */
export const httpApi: Door = {
  name: "HTTP API",
  share: 15,
  attackers: 4,
  async attack(scene, quota) {
    const operations = await readOperations(scene.hub.api.url);
    const line = new RequestLine(scene.hub.api.port);
    for (let done = 0; done < quota && !scene.hub.isOver; done++) await ask(scene, line, operations);
    line.close();
  },
};

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly body: Schema;
  readonly query: readonly string[];
}

/** Their order is that of the document, so a seed meets the same ones again. */
async function readOperations(url: string): Promise<readonly Operation[]> {
  const { paths } = (await (await fetch(`${url}/docs/json`)).json()) as {
    paths: Record<string, Record<string, Documented>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody, parameters = [] }]) => ({
      method: method.toUpperCase(),
      path,
      body: requestBody?.content?.["application/json"]?.schema ?? {},
      query: parameters.filter(({ in: place }) => place === "query").map(({ name }) => name),
    })),
  );
}

interface Documented {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

async function ask({ hub, random, tally }: Scene, line: RequestLine, operations: readonly Operation[]): Promise<void> {
  const request = strangeRequest(pick(operations, random), hub.apiKey, random);
  const answer = await line.send(request);
  if (typeof answer === "string") {
    if (answer === "no answer") tally.fault(`no answer to ${describe(request)}`);
    tally.add(answer);
    return;
  }
  tally.add(answer.status);
  // Redis answers all the time, so nothing here is out of order for a while.
  if (answer.status >= 500) tally.fault(`${answer.status} to ${describe(request)}: ${answer.text}`);
  if (request.path.startsWith("/v1/tasks")) noteTasks(answer.text, hub.enqueued);
}

function strangeRequest(operation: Operation, apiKey: string, random: () => number): StrangeRequest {
  const body = operation.method === "GET" ? undefined : strangeBody(operation.body, random);
  return {
    method: random() < 0.98 ? operation.method : pick(["HEAD", "OPTIONS", "PATCH", "DELETE", "PUT", "TRACE"], random),
    path: strangePath(operation, random),
    headers: {
      "x-api-key": random() < 0.98 ? apiKey : "wrong",
      ...(body === undefined ? {} : { "content-type": strangeType(random) }),
      ...(random() < 0.1
        ? { "idempotency-key": pick(["a", "b", "x".repeat(256), "é", `auto-${"0".repeat(36)}`], random) }
        : {}),
      ...(random() < 0.05
        ? {
            [pick(["x-forwarded-for", "accept-encoding", "expect-ct", "range"], random)]: pick(
              ["", "gzip", "bytes=0-", ",,"],
              random,
            ),
          }
        : {}),
    },
    body,
  };
}

function strangeType(random: () => number): string {
  if (random() < 0.97) return "application/json";
  return pick(["text/plain", "application/json; charset=utf-16", "", "application/x-www-form-urlencoded", "a"], random);
}

function strangeBody(schema: Schema, random: () => number): Buffer {
  const right = Buffer.from(strangeJson(schema, random));
  const dice = random();
  if (dice < 0.03) return randomBytes(200, random);
  return dice < 0.08 ? mutateBytes(right, random) : right;
}

function strangePath({ path, query }: Operation, random: () => number): string {
  const filled = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(strangeText(random)) || "x");
  const asked = query
    .filter(() => random() < 0.5)
    .map(
      (name) =>
        `${name}=${encodeURIComponent(name === "wait" ? "0" : pick([strangeText(random), "1", "true", "-1"], random))}`,
    );
  const whole = filled + (asked.length === 0 ? "" : `?${asked.join("&")}`);
  if (random() > 0.02) return whole;
  return `/${mutateBytes(Buffer.from(whole.slice(1)), random)
    .toString("latin1")
    .replaceAll(/[^!-~]/g, "%")}`;
}

function describe({ method, path, body }: StrangeRequest): string {
  return `${method} ${path} ${body?.toString().slice(0, 300) ?? ""}`;
}
