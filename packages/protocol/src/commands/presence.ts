import Type, { type Static } from "typebox";

export const PresenceRequest = Type.Object({ channel: Type.String() });
export type PresenceRequest = Static<typeof PresenceRequest>;

/**
 * Client ids with their `ClientInfo`, which is JSON already and is not parsed again. `presence` is there also when nobody is:
 * the SDK walks its keys.
 */
export function encodePresenceResult(members: ReadonlyMap<string, string>): string {
  const entries = Array.from(members, ([client, infoJson]) => `${JSON.stringify(client)}:${infoJson}`);
  return `{"presence":{${entries.join(",")}}}`;
}
