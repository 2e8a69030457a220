import type { PresenceChange } from "../../presence.ts";
import { defineScript } from "../define-script.ts";

export const presenceAddScript = defineScript({
  file: new URL("./presence-add.lua", import.meta.url),
  keys: ["members", "users", "nodes", "leaving"],
  args: ["client", "node", "user", "info", "told", "pubsub"],
  reply(raw): PresenceChange {
    const [edge, atUs] = raw as [number, number];
    return { edge: edge === 1 ? "occupied" : undefined, atUs };
  },
});
