import type { ConnectionReader } from "@switchyard/broker/connection-index";
import { ApiError } from "../errors/api-error.ts";

/** Undefined: no index is kept (`events.connection_index`). */
export interface IndexDeps<Calls extends keyof ConnectionReader> {
  readonly connections: Pick<ConnectionReader, Calls> | undefined;
}

/** @throws ApiError `not_configured` */
export function indexOf<Calls extends keyof ConnectionReader>({
  connections,
}: IndexDeps<Calls>): Pick<ConnectionReader, Calls> {
  if (connections !== undefined) return connections;
  throw new ApiError("not_configured", "who is connected is not kept; set events.connection_index to true");
}
