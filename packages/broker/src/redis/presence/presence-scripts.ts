import type { PresenceChange } from "../../presence.ts";
import { defineScript } from "../define-script.ts";

export const presenceLingerScript = defineScript({
  file: new URL("./presence-linger.lua", import.meta.url),
  keys: ["members", "leaving"],
  args: ["client"],
  reply: (raw): boolean => (raw as [number])[0] === 1,
});

export const presenceRemoveScript = defineScript({
  file: new URL("./presence-remove.lua", import.meta.url),
  keys: ["members", "users", "nodes", "leaving"],
  args: ["client", "node", "pubsub"],
  reply(raw): PresenceChange {
    const [edge, atUs] = raw as [number, number];
    return { edge: edge === 1 ? "vacated" : undefined, atUs };
  },
});

export const presenceStatsScript = defineScript({
  file: new URL("./presence-stats.lua", import.meta.url),
  keys: ["members", "users", "nodes"],
  args: [],
  reply(raw): { clients: number; users: number; nodes: string[] } {
    const [clients, users, nodes] = raw as [number, number, Buffer[]];
    return { clients, users, nodes: nodes.map(String) };
  },
});
