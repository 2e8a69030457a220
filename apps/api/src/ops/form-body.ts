import querystring from "node:querystring";
import formbody from "@fastify/formbody";
import type { Scope } from "../scope.ts";

/** A login has one field, an act two. Further ones are refused by the schema, and no more of them are looked at than this. */
const fieldsMax = 8;

/** Bodies of plain forms, in this scope alone. */
export async function acceptForms(scope: Scope): Promise<void> {
  await scope.register(formbody, { parser: parseFewFields });
}

function parseFewFields(text: string): Record<string, unknown> {
  return { ...querystring.parse(text, "&", "=", { maxKeys: fieldsMax }) };
}
