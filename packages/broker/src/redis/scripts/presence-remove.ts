import type { PresenceChange } from "../../presence.ts";
import { defineScript } from "../define-script.ts";

export const presenceRemoveScript = defineScript({
  file: new URL("./presence-remove.lua", import.meta.url),
  keys: ["members", "users", "nodes", "leaving"],
  args: ["client", "node", "pubsub"],
  reply(raw): PresenceChange {
    const [edge, atUs] = raw as [number, number];
    return { edge: edge === 1 ? "vacated" : undefined, atUs };
  },
});
