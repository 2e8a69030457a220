import Type, { type Static } from "typebox";
import { encodeSubscribeResult, SubscribeWish, type SubscribeResult } from "./subscribe.ts";

/** `subs` names server-side subscriptions the client holds a position of, so that they can be recovered. */
export const ConnectRequest = Type.Object({
  token: Type.Optional(Type.String()),
  data: Type.Optional(Type.Unknown()),
  name: Type.Optional(Type.String({ maxLength: 255 })),
  version: Type.Optional(Type.String({ maxLength: 255 })),
  subs: Type.Optional(Type.Record(Type.String(), SubscribeWish)),
});
export type ConnectRequest = Static<typeof ConnectRequest>;

/** `ping` is the seconds between server pings, `ttl` the seconds until the token expires. */
export interface ConnectResult {
  readonly client: string;
  readonly version: string;
  readonly expires?: true;
  readonly ttl?: number;
  readonly ping: number;
  readonly pong: true;
  readonly node: string;
  readonly subs?: ReadonlyMap<string, SubscribeResult>;
}

export function encodeConnectResult({ subs, ...rest }: ConnectResult): string {
  const json = JSON.stringify(rest);
  if (subs === undefined || subs.size === 0) return json;
  const entries = Array.from(
    subs,
    ([channel, result]) => `${JSON.stringify(channel)}:${encodeSubscribeResult(result)}`,
  );
  return `${json.slice(0, -1)},"subs":{${entries.join(",")}}}`;
}
