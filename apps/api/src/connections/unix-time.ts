import { HubError } from "@switchyard/protocol/hub-error";
import { readTimeMs } from "@switchyard/protocol/read-time";
import Type from "typebox";

/** A time under `/api`: Centrifugo's Unix seconds, or ISO 8601 (docs/decisions/0011). `meaning` is what is said of it. */
export function UnixTime(meaning: string, minimum = 0) {
  return Type.Unsafe<number | string>({
    type: ["integer", "string"],
    minimum,
    description: `${meaning} Unix time in seconds, or ISO 8601 with its offset, \`2027-01-01T09:00:00+08:00\`.`,
  });
}

/** The end of the year 9999, in seconds. A number of milliseconds is beyond it when it is taken for seconds. */
const latestSeconds = Date.UTC(9999, 11, 31) / 1_000;

/**
 * In milliseconds. 0 is none, as Centrifugo's libraries send what was left out.
 * @throws HubError 107 naming the field
 */
export function readUnixTime(time: number | string | undefined, field: string): number | undefined {
  if (time === undefined || time === 0) return undefined;
  if (typeof time === "number" && time > latestSeconds) {
    throw new HubError("badRequest", `${field}: is beyond the year 9999; it looks like milliseconds, send seconds`);
  }
  if (typeof time === "number") return time * 1_000;
  const { ms } = readTimeMs(time);
  if (ms !== undefined) return ms;
  const shapes = "Unix time in whole seconds, or ISO 8601 with its offset, such as 2027-01-01T09:00:00+08:00";
  throw new HubError("badRequest", `${field}: must be ${shapes}`);
}

/** The same for a time that must be to come. */
export function readTimeToCome(time: number | string | undefined, field: string): number | undefined {
  const ms = readUnixTime(time, field);
  if (ms === undefined || ms > Date.now()) return ms;
  throw new HubError("badRequest", `${field}: has passed; name a time to come, in seconds since 1970 or as ISO 8601`);
}
