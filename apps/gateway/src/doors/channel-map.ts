import type { ChannelRules, ResolvedChannel } from "@switchyard/broker/channel-rules";
import { type ChannelUse, describeReservation } from "@switchyard/broker/reserved-namespaces";
import { controlCharacter } from "@switchyard/protocol/id-fault";
import { boundaryCharacters, type ChannelTemplate, parseChannelTemplate } from "@switchyard/runtime/channel-template";
import { StartupError } from "@switchyard/runtime/startup-error";
import { idOfField } from "./id-of-field.ts";

/**
 * Which channel a JSON object is about, by its fields: for doors whose wire names no channels.
 *
 * Each template is a channel's name with fields in braces. Of several the first one counts whose fields the object has, all of
 * them. Then their values are taken as they are, or the object is refused; it does not go on to the next template, so that
 * no odd value chooses a channel of another kind.
 *
 * A value is an id (id-of-field.ts) that cannot change what the template says: it is not empty, and has no control character and
 * none of `:`, `#`, `,`, `$`, `{`, `}`. So the namespace is always the template's own, and different values of one
 * template make different channels. Only fields of the object itself count, whatever their names.
 */
export interface ChannelMap {
  /** @param fields of an exact reading (`readJson`) */
  find(fields: Readonly<Record<string, unknown>>): MappedChannel;
}

export type MappedChannel =
  | Extract<ResolvedChannel, { kind: "channel" }>
  /** It has the fields of no template. */
  | { readonly kind: "unmapped"; readonly problem: string }
  /** It has them, and what they hold makes no channel that is open to this use. The problem names the field, never its value. */
  | { readonly kind: "refused"; readonly problem: string };

export interface ChannelMapOptions {
  readonly templates: readonly string[];
  /** Where the templates stand in the settings, for the message. */
  readonly setting: string;
  readonly use: ChannelUse;
  readonly rules: Pick<ChannelRules, "resolve">;
}

/** @throws StartupError for a template of a namespace of the hub's own that is closed to this use, for it could never be used. */
export function createChannelMap({ templates, setting, use, rules }: ChannelMapOptions): ChannelMap {
  const parsed = templates.map((text, index) => {
    const { template, problem } = parseChannelTemplate(text);
    const reason = template === undefined ? problem : describeReservation(template.namespace, use);
    if (template === undefined || reason !== undefined) {
      throw new StartupError("config", `${setting}[${index}] names channels that are closed to this door: ${reason}`);
    }
    return template;
  });
  return {
    find(fields) {
      const template = parsed.find((candidate) => candidate.fields.every((name) => Object.hasOwn(fields, name)));
      if (template === undefined) return { kind: "unmapped", problem: `has not the fields of any of ${setting}` };
      const filled = fill(template, fields);
      if ("problem" in filled) return { kind: "refused", problem: filled.problem };
      const resolved = rules.resolve(filled.name, use);
      if (resolved.kind === "channel") return resolved;
      if (resolved.kind !== "unknown") return { kind: "refused", problem: `the channel ${resolved.problem}` };
      return { kind: "refused", problem: `no namespace \`${resolved.namespace}\` is configured` };
    },
  };
}

function fill(
  { texts, fields }: ChannelTemplate,
  object: Readonly<Record<string, unknown>>,
): { readonly name: string } | { readonly problem: string } {
  const [first = "", ...behind] = texts;
  let name = first;
  for (const [index, field] of fields.entries()) {
    const id = idOfField(object[field]);
    if (id === undefined) return { problem: `${field}: must be a text or a whole number` };
    if (id === "") return { problem: `${field}: must not be empty` };
    if (boundaryCharacters.test(id))
      return { problem: `${field}: must not hold any of \`:\`, \`#\`, \`,\`, \`$\`, \`{\`, \`}\`` };
    if (controlCharacter.test(id)) return { problem: `${field}: must not contain control characters` };
    name += id + (behind[index] ?? "");
  }
  return { name };
}
