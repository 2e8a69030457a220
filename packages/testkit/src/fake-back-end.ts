import { once } from "node:events";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpServer } from "@switchyard/runtime/http-server";

/** A question as it arrived. */
export interface Question {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Resolves when the connection ends before it is answered. */
  readonly gone: Promise<void>;
}

/** How a back end behaves; `never` takes the question and says nothing. */
export type Mood =
  | { readonly json: unknown }
  | { readonly text: string; readonly status?: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly status: number }
  | { readonly never: true }
  | { readonly hangsUp: true }
  | { readonly gigabyte: true }
  | { readonly lateMs: number; readonly json: unknown };

export interface FakeBackEnd {
  readonly url: string;
  readonly asked: readonly Question[];
  /** By path; may look at the question. */
  mood: (asked: Question) => Mood | Promise<Mood>;
  /** Connections that were opened to it. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** A real server that can be in every mood. */
export async function startFakeBackEnd(
  mood: FakeBackEnd["mood"] = () => ({ json: { result: {} } }),
): Promise<FakeBackEnd> {
  const asked: Question[] = [];
  let connections = 0;
  const server = createHttpServer((request, response) => {
    void take(request, response).then(async (question) => {
      asked.push(question);
      answer(response, await backEnd.mood(question));
    });
  });
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const backEnd: FakeBackEnd = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    mood,
    connections: () => connections,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return backEnd;
}

async function take(request: IncomingMessage, response: ServerResponse): Promise<Question> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  const body = JSON.parse(text) as Question["body"];
  const gone = new Promise<void>((resolve) => response.once("close", () => !response.writableFinished && resolve()));
  return { path: request.url ?? "", headers: request.headers, text, body, gone };
}

function answer(response: ServerResponse, mood: Mood): void {
  if ("never" in mood) return;
  if ("hangsUp" in mood) return void response.destroy();
  if ("gigabyte" in mood) return pour(response, 1_073_741_824);
  if ("lateMs" in mood) return void setTimeout(() => answer(response, { json: mood.json }), mood.lateMs);
  const status = "status" in mood ? (mood.status ?? 200) : 200;
  const text = "json" in mood ? JSON.stringify(mood.json) : "text" in mood ? mood.text : "";
  response.writeHead(status, { "content-type": "application/json", ...("headers" in mood ? mood.headers : {}) });
  response.end(text);
}

function pour(response: ServerResponse, bytes: number): void {
  const chunk = Buffer.alloc(65_536, " ");
  let left = bytes;
  response.writeHead(200);
  const write = () => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length;
      if (!response.write(chunk)) return void response.once("drain", write);
    }
    if (left <= 0) response.end();
  };
  write();
}
