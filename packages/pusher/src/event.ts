import { controlCharacter } from "@switchyard/protocol/id-fault";
import { splitPublicationBody } from "@switchyard/protocol/publication-body";
import { splitObject } from "@switchyard/protocol/split-object";

/**
 * How an event of the Pusher protocol lies in the hub, for every door and the REST API: the data of its publication is
 *
 *     {"event": "order-paid", "data": "{\"id\":1}"}
 *
 * with these two members and no others. `data` stays what it was: a back end sends a text there, as the protocol has it, which
 * mostly is JSON itself; a client may send any JSON value. So subscribers of other doors see the name beside the data, and what they
 * publish in this form is an event with its name at the Pusher door. Any other publication is the event {@link defaultEvent}, and
 * its whole data is the event's.
 *
 * Who sent a client event is in the publication's `info`, which the hub writes, and not in its data, where anybody could write it.
 */
export function eventPayload(name: string, dataJson: string): string {
  return `{"event":${JSON.stringify(name)},"data":${dataJson}}`;
}

/** What a publication is called that says no name. */
export const defaultEvent = "message";

/** Names that only the server gives; a publication that has one is no event of that name. */
const reserved = /^pusher(?:_internal)?:/;

/** Of an event that a back end or a client wants to send; completes "name: ". */
export function eventNameProblem(name: string): string | undefined {
  if (name === "") return "must not be empty";
  if (name === "client-") return "must have a name behind `client-`";
  if (controlCharacter.test(name)) return "must not contain control characters";
  if (name.length > eventNameMax) return `is ${name.length} characters long, the bound is ${eventNameMax}`;
  return reserved.test(name) ? "must not begin with `pusher:` or `pusher_internal:`" : undefined;
}

const eventNameMax = 200;

/** An event as the Pusher protocol sends it. Each part is JSON as its publisher wrote it. */
export interface PusherEvent {
  readonly nameJson: Buffer;
  /** Always a text, for some clients parse whatever stands there. */
  readonly dataJson: Buffer;
  readonly isFromClient: boolean;
  /** `ClientInfo` of the client that published it. */
  readonly infoJson: Buffer | undefined;
}

const quote = 0x22;
const defaultNameJson = Buffer.from(JSON.stringify(defaultEvent));
const clientPrefix = Buffer.from('"client-');

/** @param body of a publication, as its publisher encoded it; undefined where it has no data, which none of ours has not */
export function readEvent(body: Buffer): PusherEvent | undefined {
  const parts = splitPublicationBody(body);
  if (parts === undefined) return undefined;
  const { text, info: infoJson } = parts;
  const named = namedEvent(text);
  if (named === undefined) {
    return { nameJson: defaultNameJson, dataJson: asText(text), isFromClient: false, infoJson };
  }
  const isFromClient = named.name.subarray(0, clientPrefix.length).equals(clientPrefix);
  return { nameJson: named.name, dataJson: asText(named.data), isFromClient, infoJson };
}

function namedEvent(text: Buffer): { readonly name: Buffer; readonly data: Buffer } | undefined {
  const members = splitObject(text);
  const [name, data] = [members?.get("event"), members?.get("data")];
  if (members?.size !== 2 || name?.[0] !== quote || data === undefined) return undefined;
  return eventNameProblem(JSON.parse(name.toString()) as string) === undefined ? { name, data } : undefined;
}

function asText(json: Buffer): Buffer {
  return json[0] === quote ? json : Buffer.from(JSON.stringify(json.toString()));
}
