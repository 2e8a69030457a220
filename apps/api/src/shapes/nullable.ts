import Type, { type TSchemaOptions } from "typebox";

/** A field that is null where there is nothing to tell. */
export function nullable<T extends string | number | object>(
  type: "string" | "integer" | "number" | "object",
  description: string,
  bounds: TSchemaOptions = {},
) {
  return Type.Unsafe<T | null>({ type: [type, "null"], description, ...bounds });
}
