import type { ReceivedPublication } from "../../broker.ts";

/**
 * What travels over Redis pub/sub: `<offset>:<previous>:<epoch>:<timeMs>:<receiptTo>:<exclude>[ delta]\n<body>`.
 * chunks/append.lua writes the header, which is text so that a person with `redis-cli SUBSCRIBE` can read it; the body behind the newline is the
 * publisher's bytes, untouched. The last two parts are empty unless asked for. `receiptTo` may hold colons of its own
 * (it is a Redis name), a client id never does. The mark says that subscribers may be sent what has changed; gateways older than it take it
 * for a client that is nobody, and send everything whole.
 */
const newline = 0x0a;
export const deltaMark = " delta";

/** Undefined for a payload that is not an envelope: somebody else published into our name. */
export function parseEnvelope(payload: Buffer): ReceivedPublication | undefined {
  const end = payload.indexOf(newline);
  if (end === -1) return undefined;
  const match = /^(\d{1,16}):(\d{1,16}):([^:]*):(\d{1,16}):(.*):([^: ]*)( delta)?$/.exec(
    payload.toString("latin1", 0, end),
  );
  if (match === null) return undefined;
  const [, offset, previous, epoch = "", timeMs, receiptTo, exclude, mark] = match;
  const publication = {
    offset: Number(offset),
    previousOffset: Number(previous),
    epoch,
    timeMs: Number(timeMs),
    body: payload.subarray(end + 1),
  };
  if (receiptTo === "" && exclude === "" && mark === undefined) return publication;
  return {
    ...publication,
    ...(receiptTo === "" ? {} : { receiptTo }),
    ...(exclude === "" ? {} : { exclude }),
    ...(mark === undefined ? {} : { allowsDelta: true }),
  } as ReceivedPublication;
}
