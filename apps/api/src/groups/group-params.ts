import Type from "typebox";
import { ApiError } from "../errors/api-error.ts";

/** `:id` of `/v1/groups/:id…`. */
export const GroupParams = Type.Object({
  id: Type.String({
    description: "The group's name, percent-encoded. `-` stands for the tasks without a group, `*` for all groups.",
  }),
});

/**
 * The name the queue has for it, which is empty for the ungrouped. In a path an empty name is what a variable that was never
 * set leaves behind (`/v1/groups/$GROUP/cancel`), so the ungrouped have a sign there and an empty name is nobody's.
 * @throws ApiError for an empty name.
 */
export function groupOrAll(id: string, field = "id"): string {
  if (id !== "") return id === "-" ? "" : id;
  const message = `${field}: must not be empty; \`-\` stands for the tasks without a group`;
  throw new ApiError("invalid_request", message, { field });
}

/** @throws ApiError for `*`, which has settings and nothing else, and for an empty name. */
export function oneGroup(id: string): string {
  if (id !== "*") return groupOrAll(id);
  throw new ApiError("invalid_request", "id: `*` has settings only; name one group", { field: "id" });
}
