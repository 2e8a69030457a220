import type { ConnectionRecord } from "@switchyard/broker/connection-index";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import { indexOf, type IndexDeps } from "../../connections/connection-index.ts";
import { checkUser } from "../../connections/path-ids.ts";
import { toConnectionAnswer } from "../../connections/connection-answer.ts";
import { decodeCursor, encodeCursor } from "../../shapes/page-cursor.ts";
import type { Scope } from "../../scope.ts";
import { listConnectionsSchema, listUserConnectionsSchema } from "./list-schema.ts";

type ListConnectionsDeps = IndexDeps<"page" | "ofUser">;

/** Parts of the index looked through for one reply; then the caller decides whether to go on. */
const partsMax = 20;

/** `GET /v1/connections` and `GET /v1/users/:user/connections`: readings of the index, for which no gateway is asked. */
export function listConnections(scope: Scope, deps: ListConnectionsDeps): void {
  scope.get("/v1/connections", { schema: listConnectionsSchema }, async ({ query }) => {
    const { cursor, limit = 100, user, door, node } = query;
    const isMeant = (record: ConnectionRecord) =>
      (door === undefined || record.door === door) && (node === undefined || record.node === node);
    if (user !== undefined) return pageOfUser(checkUser(user), { cursor, limit, isMeant });
    const found: ConnectionRecord[] = [];
    let next = decodeCursor("connections", cursor);
    for (let parts = 0; parts < partsMax; parts += 1) {
      const page = await orUnavailable(indexOf(deps).page(next === "" ? undefined : next, limit - found.length));
      found.push(...page.connections.filter(isMeant));
      next = page.next ?? "";
      if (next === "" || found.length >= limit) break;
    }
    return { connections: found.map(toConnectionAnswer), cursor: encodeCursor("connections", next) };
  });

  scope.get("/v1/users/:user/connections", { schema: listUserConnectionsSchema }, async ({ params, query }) =>
    pageOfUser(checkUser(params.user), { cursor: query.cursor, limit: query.limit ?? 100, isMeant: () => true }),
  );

  /** Filters narrow a page of the index, so a page may be shorter than `limit`. */
  async function pageOfUser(user: string, { cursor, limit, isMeant }: UserPageAsked) {
    const after = decodeCursor("userConnections", cursor);
    const read = await orUnavailable(indexOf(deps).ofUser(user, { limit, ...(after !== "" && { after }) }));
    const last = read.length < limit ? "" : (read.at(-1)?.client ?? "");
    return {
      connections: read.filter(isMeant).map(toConnectionAnswer),
      cursor: encodeCursor("userConnections", last),
    };
  }
}

interface UserPageAsked {
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly isMeant: (record: ConnectionRecord) => boolean;
}
