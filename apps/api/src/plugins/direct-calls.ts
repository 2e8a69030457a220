import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Logger } from "@switchyard/runtime/logger";
import { type ApiKey, type ApiKeys, givenKey } from "../access/api-keys.ts";
import { callerOf } from "../access/repeat-key.ts";
import { reportFailure, rpcAnswerOf, toApiError } from "./failure-answer.ts";
import { decodeJsonText, parseJson } from "../json/json-parser.ts";
import type { RequestRecord } from "./request-log.ts";
import { securityHeaders } from "./security-headers.ts";
import type { Commands } from "../rpc/command-runner.ts";
import type { RpcCommand } from "../rpc/rpc-command.ts";

export interface DirectCallDeps {
  readonly commands: Commands;
  readonly keys: Pick<ApiKeys, "find">;
  readonly record: RequestRecord;
  readonly logger: Logger;
  readonly bodyMaxBytes: number;
  /** From then on every answer ends its connection. */
  readonly draining: AbortSignal;
}

/** A request that asks for a command and nothing else, by a key that may. */
interface Call {
  readonly route: string;
  readonly command: RpcCommand;
  readonly apiKey: ApiKey;
  readonly id: string;
  readonly begunMs: number;
}

/**
 * Serves `POST /api/<method>` without the framework, where nothing about the request is out of the ordinary: its path is the command's, its
 * body is plain JSON of a length that is told and allowed, its key is known and may. All others are `next`'s, so whatever is refused
 * before the call is refused in one place. What a call answers is made by the functions that make it behind the framework, and a
 * test asks for everything both ways (docs/decisions/0030).
 */
export function serveCallsDirectly(deps: DirectCallDeps, next: RequestListener): RequestListener {
  const { record, logger, draining } = deps;
  const find = createCallFinder(deps);

  async function answer(call: Call, headers: IncomingMessage["headers"], body: Buffer) {
    const { command, apiKey, id } = call;
    try {
      const params = parseJson(decodeJsonText(body, headers));
      return { status: 200, body: { result: await command.call(params, callerOf({ apiKey, headers })) } };
    } catch (error) {
      const failure = toApiError(error, id);
      reportFailure(failure, error, logger.child({ reqId: id }));
      return rpcAnswerOf(failure, error);
    }
  }

  async function serve(call: Call, request: IncomingMessage, response: ServerResponse, bytes: Buffer): Promise<void> {
    const { status, body } = await answer(call, request.headers, bytes);
    const { route, apiKey, id, begunMs } = call;
    write(response, { status, id, body, endsConnection: draining.aborted });
    const elapsedMs = performance.now() - begunMs;
    record({ route, method: "POST", status, elapsedMs, apiKey, log: () => logger.child({ reqId: id }) });
  }

  return (request, response) => {
    const call = find(request);
    if (call === undefined) return next(request, response);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    // It does not come where a body breaks off; Node has closed the connection then.
    request.on("end", () => {
      const [first = Buffer.of()] = chunks;
      void serve(call, request, response, chunks.length === 1 ? first : Buffer.concat(chunks));
    });
  };
}

function createCallFinder({ commands, keys, bodyMaxBytes }: DirectCallDeps) {
  const routes = new Map(
    commands.entries().map(([method, { command, needs }]) => [`/api/${method}`, { command, needs }]),
  );
  return (request: IncomingMessage): Call | undefined => {
    const { method, url: route = "" } = request;
    const found = routes.get(route);
    if (found === undefined || method !== "POST" || !isOrdinary(request, bodyMaxBytes)) return undefined;
    const apiKey = keys.find(givenKey(request.headers));
    if (apiKey?.allows(found.needs) !== true) return undefined;
    return { route, command: found.command, apiKey, id: randomUUID(), begunMs: performance.now() };
  };
}

/** Of a length that is not told, or of none, the framework makes what it makes of all bodies. */
function isOrdinary(request: IncomingMessage, bodyMaxBytes: number): boolean {
  const { "content-type": type, "content-encoding": encoding, "content-length": length } = request.headers;
  if (type !== "application/json" || encoding !== undefined || length === undefined) return false;
  const bytes = Number(length);
  return bytes > 0 && bytes <= bodyMaxBytes;
}

interface Answer {
  readonly status: number;
  readonly id: string;
  readonly body: object;
  readonly endsConnection: boolean;
}

function write(response: ServerResponse, { status, id, body, endsConnection }: Answer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    ...securityHeaders,
    ...(endsConnection && { connection: "close" }),
    "x-request-id": id,
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
