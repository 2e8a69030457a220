import { defineScript } from "../define-script.ts";

export const presenceStatsScript = defineScript({
  file: new URL("./presence-stats.lua", import.meta.url),
  keys: ["members", "users", "nodes"],
  args: [],
  reply(raw): { clients: number; users: number; nodes: string[] } {
    const [clients, users, nodes] = raw as [number, number, Buffer[]];
    return { clients, users, nodes: nodes.map(String) };
  },
});
