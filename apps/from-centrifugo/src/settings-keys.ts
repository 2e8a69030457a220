import type { SettingSchema } from "@switchyard/runtime/environment";
import { Settings } from "@switchyard/runtime/settings";

/**
 * Every key a process takes, as `channel.namespaces[].presence`, with what its schema says of it. Read out of the very schema the
 * processes check their settings by, so this command cannot know another one. A map by names (`handlers`) is one key.
 */
export const settingsKeys: ReadonlyMap<string, SettingSchema> = new Map(keysOf(Settings as SettingSchema, ""));

function keysOf(schema: SettingSchema, key: string): [string, SettingSchema][] {
  const { properties, items } = schema;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([name, child]) => keysOf(child, key === "" ? name : `${key}.${name}`));
  }
  // Of a list of texts or numbers the list is the value.
  return items?.properties === undefined ? [[key, schema]] : keysOf(items, `${key}[]`);
}
