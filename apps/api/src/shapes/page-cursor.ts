import Type from "typebox";
import { ApiError } from "../errors/api-error.ts";

/** The lists there are; the cursor of one is refused by the other. */
type ListName =
  | "groups"
  | "dead"
  | "schedules"
  | "recipients"
  | "connections"
  | "userConnections"
  | "channels"
  | "tasks";

const limitMax = 1_000;
const limitDefault = 100;

/** How every list is asked for its pages. */
export const pageFields = {
  cursor: Type.Optional(
    Type.String({ maxLength: 256, description: "`cursor` of the page before; without it, from the beginning." }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: limitMax,
      default: limitDefault,
      description: `About how many a page has, ${limitMax} at most.`,
    }),
  ),
};

export const NextCursor = Type.Unsafe<string | null>({
  type: ["string", "null"],
  description: "Send it to get the next page; null: that was all. What is in it may change.",
});

/** The queue's own cursor, in a form nobody is tempted to take apart or to make up. Empty is the end. */
export function encodeCursor(list: ListName, cursor: string): string | null {
  return cursor === "" ? null : Buffer.from(`${list} ${cursor}`).toString("base64url");
}

/** @throws ApiError `invalid_request` when it is not one that {@link encodeCursor} made for this list. */
export function decodeCursor(list: ListName, encoded: string | undefined): string {
  if (encoded === undefined) return "";
  const text = Buffer.from(encoded, "base64url").toString();
  const cursor = text.slice(list.length + 1);
  if (encodeCursor(list, cursor) === encoded) return cursor;
  throw cursorRefused();
}

export function cursorRefused(): ApiError {
  const message = "cursor: is not one that was handed out for this list; begin without it";
  return new ApiError("invalid_request", message, { field: "cursor" });
}
