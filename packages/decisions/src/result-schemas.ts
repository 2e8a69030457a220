import Type, { type TObject } from "typebox";
import type { HookName } from "./decision.ts";

const optional = {
  any: Type.Optional(Type.Unknown()),
  text: Type.Optional(Type.String()),
  base64: Type.Optional(Type.String({ pattern: "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$" })),
  yesOrNo: Type.Optional(Type.Boolean()),
  /** A time beyond the year 5000 is one in milliseconds: taken for seconds, it would be for ever. */
  seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 99_999_999_999 })),
} as const;

const info = { info: optional.any, b64info: optional.base64 };
const data = { data: optional.any, b64data: optional.base64 };
const prolonged = { expired: optional.yesOrNo, expire_at: optional.seconds, ...info };
const setting = Type.Optional(Type.Object({ value: Type.Boolean() }));
const override = Type.Optional(
  Type.Object({
    presence: setting,
    join_leave: setting,
    force_recovery: setting,
    force_positioning: setting,
    force_push_join_leave: setting,
  }),
);

/** The fields of `result` that are read; others are passed over, for a back end may know more than we do. */
export const resultSchemas: Readonly<Record<HookName, TObject>> = {
  connect: Type.Object({
    // The anonymous user is "". One that was forgotten, or is called otherwise, lets nobody in.
    user: Type.String(),
    expire_at: optional.seconds,
    ...info,
    ...data,
    channels: Type.Optional(Type.Array(Type.String())),
    subs: Type.Optional(
      Type.Record(Type.String(), Type.Object({ ...info, ...data, override, cache_recover: optional.yesOrNo })),
    ),
    meta: optional.any,
  }),
  refresh: Type.Object({ ...prolonged, meta: optional.any }),
  subscribe: Type.Object({ ...info, ...data, override, expire_at: optional.seconds }),
  publish: Type.Object({
    ...data,
    skip_history: optional.yesOrNo,
    tags: Type.Optional(Type.Record(Type.String(), Type.String())),
    idempotency_key: optional.text,
    delta: optional.yesOrNo,
    version: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    version_epoch: optional.text,
  }),
  sub_refresh: Type.Object(prolonged),
  rpc: Type.Object(data),
};
