import type { NodeRegistry } from "@switchyard/broker/node-registry";
import type { SettingsAnswer } from "@switchyard/console/settings";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import type { HubWatch } from "./hub-watch.ts";
import { describedSettings, settingsByKind } from "./settings-answer.ts";
import { tellIfNew } from "./tell-if-new.ts";

export interface SettingsDeps {
  readonly hub: HubWatch;
  readonly settingsOf: NodeRegistry["settingsOf"];
}

/** `GET /ops/api/settings`. Which processes there are is known from the look that the overview takes, too. */
export function serveSettings(scope: Scope, { hub, settingsOf }: SettingsDeps): void {
  const tell = tellIfNew(scope);
  const settings = describedSettings();
  scope.get("/ops/api/settings", { schema: { hide: true } }, async (_request, reply) => {
    const snapshot = await orUnavailable(hub.now());
    const hashes = [...new Set(snapshot.processes.flatMap(({ settings: hash }) => hash ?? []))];
    const found = await orUnavailable(settingsOf(hashes));
    const known = new Map(hashes.map((hash, index) => [hash, found[index]] as const));
    const answer: SettingsAnswer = { settings, kinds: settingsByKind(snapshot.processes, known) };
    return tell(reply, snapshot, answer);
  });
}
