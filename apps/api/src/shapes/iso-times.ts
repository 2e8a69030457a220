import { readTimeMs } from "@switchyard/protocol/read-time";
import Type from "typebox";
import { ApiError } from "../errors/api-error.ts";
import { nullable } from "./nullable.ts";

/** A field that says when something is: `…AtMs`, `untilMs`, `sinceMs`. What lasts, `timeoutMs`, is none. */
type TimeField = `${string}AtMs` | `${string}ntilMs` | "sinceMs";

type IsoTwins<T> = T extends unknown
  ? T & {
      [K in keyof T as K extends `${infer Name}Ms` ? (K extends TimeField ? Name : never) : never]: null extends T[K]
        ? string | null
        : string;
    }
  : never;

/**
 * Each time of an answer in both ways programs like it: milliseconds since 1970 as they are, and beside them, without the unit in
 * its name, ISO 8601 in UTC (docs/decisions/0011). One level deep, so nothing of a task's own result is touched.
 */
export function withIsoTimes<T extends object>(answer: T): IsoTwins<T> {
  const twins = Object.entries(answer).flatMap(([field, ms]: [string, unknown]) =>
    timeField.test(field) ? [[field.slice(0, -"Ms".length), typeof ms === "number" ? toIso(ms) : null]] : [],
  );
  return { ...answer, ...Object.fromEntries(twins) } as IsoTwins<T>;
}

const timeField = /(?:At|[uU]ntil|^since)Ms$/;

/** The last moment that has a date. */
const latestMs = 8_640_000_000_000_000;

/**
 * A stock producer may write any number for a time. What has no date is told as the nearest that has one, because one such task must not
 * make an answer about others fail.
 */
export function toIso(ms: number): string {
  const nearest = Number.isNaN(ms) ? 0 : Math.max(-latestMs, Math.min(ms, latestMs));
  return new Date(nearest).toISOString();
}

const ms = (description: string) => Type.Integer({ description: `${description} Milliseconds since 1970.` });
const iso = (description: string) => Type.String({ format: "date-time", description: `${description} ISO 8601, UTC.` });

/** The two fields of a time, for the schema of an answer: `enqueuedAtMs` and `enqueuedAt`. */
export function timeFields<N extends string>(name: N, description: string) {
  return { [`${name}Ms`]: ms(description), [name]: iso(description) } as Record<`${N}Ms`, ReturnType<typeof ms>> &
    Record<N, ReturnType<typeof iso>>;
}

/** The same for a time that only some answers have. */
export function optionalTimeFields<N extends string>(name: N, description: string) {
  return { [`${name}Ms`]: Type.Optional(ms(description)), [name]: Type.Optional(iso(description)) };
}

/** The same for a time that may not have come yet. */
export function nullableTimeFields<N extends string>(name: N, description: string) {
  return {
    [`${name}Ms`]: nullable<number>("integer", `${description} Milliseconds since 1970.`),
    [name]: nullable<string>("string", `${description} ISO 8601, UTC.`, { format: "date-time" }),
  } as Record<`${N}Ms`, ReturnType<typeof nullable<number>>> & Record<N, ReturnType<typeof nullable<string>>>;
}

/**
 * A time as text: milliseconds since 1970, or ISO 8601 with its offset.
 * @throws ApiError naming the field
 */
export function readQueryTime(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const { ms, problem } = readTimeMs(/^\d+$/.test(text) ? Number(text) : text);
  if (problem === undefined) return ms;
  throw new ApiError("invalid_request", `${field}: ${problem}`, { field });
}
