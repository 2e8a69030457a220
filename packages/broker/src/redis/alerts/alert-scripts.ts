import type { KeptAlerts } from "../../alert-store.ts";
import { defineScript } from "../define-script.ts";

export const takeTurnScript = defineScript({
  file: new URL("./take-turn.lua", import.meta.url),
  keys: ["turn", "state"],
  args: ["holder", "turnMs"],
  reply(raw): KeptAlerts | undefined {
    const [isMine, text] = raw as readonly [1?, Buffer?];
    return isMine === undefined ? undefined : { text: text === undefined ? null : String(text) };
  },
});

export const keepAlertsScript = defineScript({
  file: new URL("./keep-alerts.lua", import.meta.url),
  keys: ["turn", "state"],
  args: ["holder", "text", "turnMs", "stateMs"],
  reply: (raw) => raw === 1,
});

export const leaveTurnScript = defineScript({
  file: new URL("./leave-turn.lua", import.meta.url),
  keys: ["turn"],
  args: ["holder"],
  reply: (): void => undefined,
});
