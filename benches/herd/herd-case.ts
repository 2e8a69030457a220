/** What a herd comes back to. */
export interface HerdCase {
  readonly ownChannels: boolean;
  readonly recovers: boolean;
  readonly hasPresence: boolean;
}

const choice = [false, true];

/** A channel each first: it is what is hard. */
export const herdCases: readonly HerdCase[] = choice.flatMap((hasPresence) =>
  [true, false].flatMap((ownChannels) => [true, false].map((recovers) => ({ ownChannels, recovers, hasPresence }))),
);

export function titleOf({ ownChannels, recovers, hasPresence }: HerdCase): string {
  return [
    ownChannels ? "a channel each" : "one channel",
    recovers ? "recovery" : "none to recover",
    hasPresence ? "presence" : "no presence",
  ].join(", ");
}

export const namespace = "herd";

/** Of the namespace, in words that ours and Centrifugo have in common. */
export function namespaceOf({ recovers, hasPresence }: HerdCase): object {
  const history = { history_size: 10, history_ttl: "10m", allow_recovery: true };
  return { name: namespace, ...(recovers ? history : {}), ...(hasPresence ? { presence: true } : {}) };
}

export function channelOf({ ownChannels }: HerdCase, client: number): string {
  return `${namespace}:${ownChannels ? client : "all"}`;
}
