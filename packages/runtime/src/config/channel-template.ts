import Type from "typebox";

/**
 * The name of a channel with fields in braces, `school:{school_id}:class:{school_class_id}`: which channel a JSON object is about, by what
 * its fields hold. Doors whose wire names no channels have lists of them; `apps/gateway/src/doors/channel-map.ts` fills them.
 */
export interface ChannelTemplate {
  /** What stands around the fields; one more than there are fields. */
  readonly texts: readonly string[];
  readonly fields: readonly string[];
  /** Always written out, so that no value chooses another; empty where there is none. */
  readonly namespace: string;
}

export type ParsedChannelTemplate =
  | { readonly template: ChannelTemplate; readonly problem?: undefined }
  /** Completes `<setting>: `. */
  | { readonly problem: string; readonly template?: undefined };

/** Characters that mean something in the name of a channel, or here. No value may hold one. */
export const boundaryCharacters = /[:#,${}]/;

/** A setting that lists templates. Whether they can be used is looked at with their namespaces (cross-field-problems.ts). */
export const ChannelTemplates = ({ defaults = [], description }: { defaults?: string[]; description: string }) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 255 }), { default: defaults, maxItems: 100, description });

/**
 * Between two fields stands a character that no value can hold, so different values always make different names: of
 * `{a}-{b}` the values `1-2`, `3` and `1`, `2-3` would be one channel.
 */
export function parseChannelTemplate(text: string): ParsedChannelTemplate {
  const parts = text.split(/\{([^{}]*)\}/);
  const texts = parts.filter((_, index) => index % 2 === 0);
  const fields = parts.filter((_, index) => index % 2 === 1);
  if (texts.some((part) => /[{}]/.test(part))) return { problem: "has a brace without its other one" };
  if (fields.includes("")) return { problem: "has a field without a name; write it between the braces, `{room}`" };
  const glued = texts.slice(1, -1).findIndex((between) => !boundaryCharacters.test(between));
  if (glued !== -1) {
    const [left, right] = fields.slice(glued);
    return {
      problem: `must have a \`:\` between \`{${left}}\` and \`{${right}}\`, or different values make one channel`,
    };
  }
  const [first = ""] = texts;
  if (!first.includes(":") && texts.some((part) => part.includes(":"))) {
    return { problem: "must write its namespace out: what stands before the first `:` cannot hold a field" };
  }
  const namespace = first.includes(":") ? first.replace(/^\$/, "").replace(/:.*$/s, "") : "";
  return { template: { texts, fields, namespace } };
}
