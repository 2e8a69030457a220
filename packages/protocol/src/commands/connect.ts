import Type, { type Static } from "typebox";
import { SubscribeWish } from "./subscribe.ts";

/** `subs` names server-side subscriptions the client holds a position of, so that they can be recovered. */
export const ConnectRequest = Type.Object({
  token: Type.Optional(Type.String()),
  data: Type.Optional(Type.Unknown()),
  name: Type.Optional(Type.String({ maxLength: 255 })),
  version: Type.Optional(Type.String({ maxLength: 255 })),
  /** In place of HTTP headers, which a page cannot set on a WebSocket; for the back end. */
  headers: Type.Optional(Type.Record(Type.String(), Type.String())),
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
}
