import { BinaryReader } from "@bufbuild/protobuf/wire";
import { checkCommand, malformed, type Decoded } from "../command.ts";
import { command, connectRequest } from "./schema/command.ts";

/**
 * Decodes every message of a binary frame, in order, each behind its length. The values are those of the JSON decoder, with one
 * difference: `data` is a `Uint8Array`, since only the channel says whether its bytes must be JSON.
 *
 * A broken message ends the frame, as what follows it has no place to begin at. Nothing that is sent makes this throw, and a frame costs
 * no more than its length: what it says of lengths is checked before anything is made of them.
 */
export function decodeProtobufCommands(frame: Uint8Array): Decoded[] {
  if (frame.length === 0) return [malformed("an empty frame")];
  const decoded: Decoded[] = [];
  const reader = new BinaryReader(frame);
  while (reader.pos < reader.len) {
    const next = decodeNext(reader);
    decoded.push(next);
    if (next.method === "malformed") break;
  }
  return decoded;
}

function decodeNext(reader: BinaryReader): Decoded {
  try {
    return checkCommand(plain(command.decode(reader.bytes())));
  } catch (error) {
    return malformed(`not Protobuf: ${(error as Error).message}`);
  }
}

/**
 * The request of a `connect` without the command around it and without a length, by which a client that only listens says who it is. As the
 * command would be read, under the id 1.
 */
export function decodeProtobufConnect(bytes: Uint8Array): Decoded {
  try {
    return checkCommand({ id: 1, connect: plainConnect(connectRequest.decode(bytes)) });
  } catch (error) {
    return malformed(`not Protobuf: ${(error as Error).message}`);
  }
}

function plain({ connect, ...rest }: ReturnType<typeof command.decode>): Record<string, unknown> {
  return connect === undefined ? rest : { ...rest, connect: plainConnect(connect) };
}

/** Maps as objects, which the JSON decoder has; `fromEntries` keeps a key such as `__proto__` a key. */
function plainConnect({ subs, headers, ...fields }: ReturnType<typeof connectRequest.decode>) {
  return {
    ...fields,
    ...(subs === undefined ? {} : { subs: Object.fromEntries(subs) }),
    ...(headers === undefined ? {} : { headers: Object.fromEntries(headers) }),
  };
}
