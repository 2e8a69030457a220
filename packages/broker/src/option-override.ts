/** Channel options that may be set for one subscription, by its token or by the back end that makes it. */
export const overridableOptions = [
  "presence",
  "join_leave",
  "force_push_join_leave",
  "force_recovery",
  "force_positioning",
] as const;

export type OptionOverride = Partial<Record<(typeof overridableOptions)[number], boolean>>;
