import { createLogger } from "@switchyard/runtime/logger";
import { describeSettings } from "@switchyard/runtime/effective-settings";
import { judgeSettings } from "@switchyard/runtime/load-settings";
import { createReleaseStack } from "@switchyard/runtime/release-stack";
import { startApi } from "../api.ts";
import type { AnswerBody } from "./answer-body.ts";

/** The whole api in this process, listening on a free port: what tests of routes talk to, over real HTTP. */
export interface TestApi {
  readonly url: string;
  readonly drain: () => Promise<void>;
  /** With the API key and a JSON body; `headers` override. */
  request(method: string, path: string, options?: RequestOptions): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  get(path: string): Promise<Answer>;
  close(): Promise<void>;
}

interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is. */
  readonly body?: unknown;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, when it is JSON. */
  readonly json: AnswerBody;
}

export const apiKey = "test-api-key-0123456789";
export const tokenSecret = "test-token-secret-of-32-characters-or-more";
export const opsPassword = "test-ops-password";

const channel = {
  namespaces: [
    { name: "chat", history_size: 10, history_ttl: "60s" },
    { name: "live" },
    { name: "room", presence: true },
  ],
};

export async function startTestApi(redisUrl: string, overrides: object = {}): Promise<TestApi> {
  const stack = createReleaseStack();
  const loaded = judgeSettings({
    redis: { url: redisUrl },
    api: { port: 0, demo: true },
    http_api: { key: apiKey },
    client: { token: { hmac_secret_key: tokenSecret } },
    ops: { password: opsPassword },
    channel,
    ...overrides,
  });
  const { settings } = loaded;
  const effective = describeSettings(loaded);
  const api = await startApi({ settings, effective, logger: createLogger({ app: "api", level: "silent" }), stack });
  const url = `http://127.0.0.1:${api.address.port}`;
  const request: TestApi["request"] = (method, path, options) => send(url + path, method, options);
  return {
    url,
    drain: () => api.drain(),
    request,
    post: (path, body) => request("POST", path, { body }),
    get: (path) => request("GET", path),
    close: () => stack.close(),
  };
}

async function send(url: string, method: string, { headers, body }: RequestOptions = {}): Promise<Answer> {
  const isJson = body !== undefined;
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: { "x-api-key": apiKey, ...(isJson && { "content-type": "application/json" }), ...headers },
    ...(isJson && {
      body: typeof body === "string" || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  const { status } = response;
  return {
    status,
    headers: response.headers,
    text,
    // `POST /api` answers several documents, one a line; they are in the text.
    json: (type.includes("json") && text !== "" && !text.trim().includes("\n")
      ? JSON.parse(text)
      : undefined) as AnswerBody,
  };
}
