import { readJson, type ReadJson } from "@switchyard/protocol/read-json";
import Type, { type TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { clientDisconnect, clientError } from "./client-codes.ts";
import { hookNames, type Answer, type Failure, type HookName, type HookResult } from "./decision.ts";
import { resultSchemas } from "./result-schemas.ts";

/** `{"result": {…}}` and the value's own object. */
const wrappings = 2;

/** What a back end said, checked: see {@link Answer}. Of several members `disconnect` counts before `error` before `result`, as in Centrifugo. */
export function readAnswer(hook: HookName, text: string): Answer {
  if (text.trim() === "") return { kind: "failed", reason: "empty" };
  let read: ReadJson;
  try {
    read = readJson(text, wrappings);
  } catch {
    return { kind: "failed", reason: "unreadable", detail: "it is not JSON" };
  }
  if ("problem" in read) return { kind: "failed", reason: "unreadable", detail: `it ${read.problem}` };
  const { value, exact } = read;
  if (!isObject(value)) return { kind: "failed", reason: "unreadable", detail: "it is no JSON object" };
  return takeMember(hook, value, exact as HookResult);
}

function takeMember(hook: HookName, answer: HookResult, exact: HookResult): Answer {
  const { disconnect = null, error = null, result = null } = answer;
  if (disconnect !== null) {
    const problem = checkDisconnect(disconnect, "disconnect");
    if (problem !== undefined) return problem;
    const { code = 0, reason = "" } = disconnect as { code?: number; reason?: string };
    return clientDisconnect(code, reason);
  }
  if (error !== null) {
    const problem = checkError(error, "error");
    if (problem !== undefined) return problem;
    const {
      code = 0,
      message = "",
      temporary = false,
    } = error as { code?: number; message?: string; temporary?: boolean };
    return clientError(code, message, temporary);
  }
  if (result !== null) return takeResult(hook, result, exact["result"]);
  if (hook === "connect" && Object.hasOwn(answer, "result")) return { kind: "nobody" };
  return { kind: "failed", reason: "empty", detail: "it has neither `result` nor `error` nor `disconnect`" };
}

/** What goes on to others as it was spelled; all else is for us. */
const handedOn = ["info", "data", "meta", "subs"];

function takeResult(hook: HookName, said: unknown, exact: unknown): Answer {
  // PHP encodes an empty map as an empty list.
  const result = Array.isArray(said) && said.length === 0 ? {} : dropNulls(said);
  const problem = resultChecks[hook](result, "result");
  if (problem !== undefined) return problem;
  const spelled = Object.entries((exact ?? {}) as HookResult).filter(
    ([name]) => handedOn.includes(name) && Object.hasOwn(result as HookResult, name),
  );
  return { kind: "result", result: { ...(result as HookResult), ...Object.fromEntries(spelled) } };
}

/**
 * Null is the zero value of a field, as in Centrifugo, with two exceptions: data may be null, and a user that is null is a mistake (what
 * `$user?->id` leaves where nobody is logged in), not the anonymous user.
 */
function dropNulls(said: unknown): unknown {
  if (!isObject(said)) return said;
  const counts = ([name, value]: [string, unknown]) => value !== null || name === "data" || name === "user";
  return Object.fromEntries(Object.entries(said).filter(counts));
}

type Check = (value: unknown, field: string) => Failure | undefined;

/** Names the first field that is not what it must be. */
function checkOf(schema: TSchema): Check {
  const validator = Compile(schema);
  return (value, field) => {
    if (validator.Check(value)) return undefined;
    const [first] = validator.Errors(value);
    const path = `${field}${(first?.instancePath ?? "").replaceAll("/", ".")}`;
    return { kind: "failed", reason: "invalid", detail: `${path}: ${first?.message ?? "is not valid"}` };
  };
}

const code = Type.Optional(Type.Integer());
const text = Type.Optional(Type.String());
const checkDisconnect = checkOf(Type.Object({ code, reason: text }));
const checkError = checkOf(Type.Object({ code, message: text, temporary: Type.Optional(Type.Boolean()) }));
const resultChecks = Object.fromEntries(hookNames.map((hook) => [hook, checkOf(resultSchemas[hook])])) as Readonly<
  Record<HookName, Check>
>;

function isObject(value: unknown): value is HookResult {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
