import { emulationRequest } from "./schema/command.ts";

/** A frame of commands on its way to a connection whose downlink is another request. */
export interface EmulationRequest {
  readonly node: string;
  readonly session: string;
  readonly data: Buffer;
}

/** The body of a POST to `/emulation` in Protobuf, which is not behind a length; undefined when it is none. */
export function decodeProtobufEmulation(body: Uint8Array): EmulationRequest | undefined {
  try {
    const { data = Buffer.of(), ...rest } = emulationRequest.decode(body);
    return { ...rest, data: Buffer.from(data.buffer, data.byteOffset, data.byteLength) };
  } catch {
    return undefined;
  }
}
