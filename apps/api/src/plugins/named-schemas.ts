type Json = Record<string, unknown>;

/**
 * Puts every schema that has a `title` into `components.schemas` under that name and leaves a reference where it stood, so that
 * the types client libraries make have names; and moves the examples of bodies and answers to where OpenAPI tools look.
 *
 * Schemas stay whole in the code: what validates a request has no references to follow.
 * @throws Error when two different schemas have one title
 */
export function nameSchemas(document: object): object {
  const components: Json = {};
  const named = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(named);
    if (!isObject(node)) return node;
    if (isMedia(node)) return media(node);
    const inner = Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, asIs.has(key) ? value : named(value)]),
    );
    return isNamed(inner) ? reference(inner, components) : inner;
  };
  const media = ({ schema, ...rest }: { readonly schema: Json }) => {
    const { examples, description: _, ...plain } = schema;
    const shown = Array.isArray(examples)
      ? Object.fromEntries(examples.map((value, index) => [nameOf(value) ?? index + 1, { value }]))
      : {};
    return { ...rest, schema: named(plain), ...(Object.keys(shown).length > 0 && { examples: shown }) };
  };
  const described = named(document) as { components?: Json };
  return { ...described, components: { ...described.components, schemas: sorted(components) } };
}

/** The code of an error that is shown; tools list examples by their names. */
function nameOf(example: unknown): string | undefined {
  const { error } = Object(example) as { readonly error?: { readonly code?: string | number } };
  return error?.code?.toString();
}

/** Values of a user's, in which a `title` is no name. */
const asIs: ReadonlySet<string> = new Set(["examples", "example", "default", "enum", "const", "info"]);

function isObject(node: unknown): node is Json {
  return typeof node === "object" && node !== null;
}

function isMedia(node: Json): node is { readonly schema: Json } {
  return isObject(node["schema"]) && !("in" in node);
}

function isNamed(node: Json): boolean {
  return typeof node["title"] === "string" && ("type" in node || "anyOf" in node);
}

/** What is said of one use of a schema stays there; OpenAPI 3.1 allows it beside a reference. Examples are with the whole body. */
function reference({ title, description, examples: _examples, ...schema }: Json, components: Json): Json {
  const name = String(title);
  const before = components[name];
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(schema)) {
    throw new Error(`two schemas have the title ${name}`);
  }
  components[name] = schema;
  return { $ref: `#/components/schemas/${name}`, ...(description !== undefined && { description }) };
}

function sorted(components: Json): Json {
  return Object.fromEntries(Object.entries(components).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
