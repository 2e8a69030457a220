import { listedRealm, type OccupancyReader } from "@switchyard/broker/occupancy";
import { splitChannelName } from "@switchyard/protocol/channel-name";
import { isScanCursor } from "@switchyard/runtime/scan-cursor";
import Type from "typebox";
import { listFailures } from "../connections/connection-failures.ts";
import { retryOf } from "../effect.ts";
import { ApiError } from "../errors/api-error.ts";
import { orUnavailable } from "../errors/or-unavailable.ts";
import { decodeCursor, encodeCursor, NextCursor, pageFields } from "../shapes/page-cursor.ts";
import type { Scope } from "../scope.ts";

const listOccupiedSchema = {
  operationId: "listOccupiedChannels",
  "x-retry": retryOf.reads,
  summary: "List channels that have subscribers",
  description:
    "On every gateway, read from an index that is a moment behind (`events.channel_index`); in no order, and one may be listed twice. A page may be shorter or longer than `limit`: go on until `cursor` is null. Channels of users and tasks are not listed, nor those of apps of the Pusher door.",
  tags: ["connections"],
  querystring: Type.Object(
    {
      ...pageFields,
      prefix: Type.Optional(Type.String({ maxLength: 255, description: "Only names that begin so, such as `chat:`." })),
    },
    { additionalProperties: false },
  ),
  response: {
    200: Type.Object(
      {
        channels: Type.Array(
          Type.Object({
            channel: Type.String({ description: "`namespace:name`." }),
            subscriptions: Type.Integer({ description: "How many, on all gateways." }),
          }),
        ),
        cursor: NextCursor,
      },
      { title: "ChannelPage", examples: [{ channels: [{ channel: "chat:lobby", subscriptions: 3 }], cursor: null }] },
    ),
    ...listFailures,
  },
};

export interface ListOccupiedDeps {
  /** Undefined: no index is kept. */
  readonly occupied: Pick<OccupancyReader, "page"> | undefined;
}

/** Parts of the index looked through for one reply. */
const partsMax = 20;

/** `GET /v1/channels`. */
export function listOccupiedChannels(scope: Scope, { occupied }: ListOccupiedDeps): void {
  scope.get("/v1/channels", { schema: listOccupiedSchema }, async ({ query, apiKey }) => {
    if (occupied === undefined) {
      throw new ApiError(
        "not_configured",
        "which channels have subscribers is not kept; set events.channel_index to true",
      );
    }
    const { limit = 100, prefix = "" } = query;
    const found = new Map<string, number>();
    let cursor = readCursor(query.cursor);
    for (let parts = 0; parts < partsMax; parts += 1) {
      const page = await orUnavailable(occupied.page(listedRealm, { cursor, limit, prefix }));
      for (const [channel, count] of page.channels) {
        if (apiKey.reaches(splitChannelName(channel).namespace)) found.set(channel, count);
      }
      ({ cursor } = page);
      if (cursor === "0" || found.size >= limit) break;
    }
    const channels = Array.from(found, ([channel, subscriptions]) => ({ channel, subscriptions }));
    return { channels, cursor: encodeCursor("channels", cursor === "0" ? "" : cursor) };
  });
}

function readCursor(encoded: string | undefined): string {
  const cursor = decodeCursor("channels", encoded);
  if (cursor === "" || isScanCursor(cursor)) return cursor || "0";
  throw new ApiError("invalid_request", "cursor: is not one that was handed out; begin without it", {
    field: "cursor",
  });
}
