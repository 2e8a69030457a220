import Type from "typebox";
import { ApiError } from "../api-error.ts";

/** `:id` of `/v1/groups/:id…`. */
export const GroupParams = Type.Object({
  id: Type.String({
    description: "The group's name, percent-encoded. `-` stands for the tasks without a group, `*` for all groups.",
  }),
});

/** The name the queue has for it. An empty path segment would not survive every proxy, so the ungrouped have a sign. */
export function groupOrAll(id: string): string {
  return id === "-" ? "" : id;
}

/** @throws ApiError for `*`, which has settings and nothing else. */
export function oneGroup(id: string): string {
  if (id !== "*") return groupOrAll(id);
  throw new ApiError("invalid_request", "id: `*` has settings only; name one group", { field: "id" });
}
