import type { TSchema } from "typebox";
import Value from "typebox/value";

/** Schema violations as sentences: the field, what it must be, and for an unknown key what was probably meant. */
export function describeProblems(schema: TSchema, value: unknown): string[] {
  const lines = new Set<string>();
  for (const error of Value.Errors(schema, value)) {
    const field = fieldName(error.instancePath);
    switch (error.keyword) {
      // The library reports an unknown key twice; the other report carries the name.
      case "boolean":
      case "anyOf":
        break;
      case "additionalProperties":
        for (const key of (error.params as { additionalProperties: string[] }).additionalProperties) {
          lines.add(
            `${field === "" ? key : `${field}.${key}`}: unknown key${suggestion(schema, error.schemaPath, key)}`,
          );
        }
        break;
      case "required":
        lines.add(
          `${field === "" ? "" : `${field}.`}${(error.params as { requiredProperties: string[] }).requiredProperties.join(", ")}: is missing`,
        );
        break;
      default:
        lines.add(`${field}: ${error.message}`);
    }
  }
  return [...lines];
}

/** `/channel/namespaces/0/name` is `channel.namespaces[0].name` to a person. */
function fieldName(pointer: string): string {
  return pointer
    .slice(1)
    .replaceAll(/\/(\d+)(?=\/|$)/g, "[$1]")
    .replaceAll("/", ".")
    .replaceAll("~1", "/")
    .replaceAll("~0", "~");
}

function suggestion(schema: TSchema, schemaPath: string, key: string): string {
  const place: unknown = Value.Pointer.Get(schema, schemaPath.slice(1));
  const known = Object.keys((place as { properties?: object } | undefined)?.properties ?? {});
  const nearest = known
    .map((name) => ({ name, distance: editDistance(name, key) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  return nearest !== undefined && nearest.distance <= 3 ? `; did you mean \`${nearest.name}\`?` : "";
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, right] of Array.from(b).entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (left === right ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
