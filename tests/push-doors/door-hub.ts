import type { AppProcess } from "@switchyard/testkit/app-process";
import { type Hub, startHub } from "@switchyard/testkit/hub";

/** A hub of three gateways, of which the last has the text door and the UDP door. */
export interface DoorHub extends Hub {
  readonly ownPorts: { readonly text: number; readonly udp: number };
  readonly withDoors: AppProcess;
}

const doors = {
  SWITCHYARD_TEXT_ENABLED: "true",
  SWITCHYARD_TEXT_PORT: "0",
  SWITCHYARD_UDP_ENABLED: "true",
  SWITCHYARD_UDP_PORT: "0",
  SWITCHYARD_UDP_CHANNELS: '["school:{school_id}:class:{school_class_id}"]',
};

export async function startDoorHub(env: Readonly<Record<string, string>> = {}): Promise<DoorHub> {
  const namespaces = [{ name: "school", allow_subscribe_for_client: true }];
  const hub = await startHub({
    gateways: 2,
    workers: 0,
    settings: { channel: { namespaces }, api: { demo: true }, tasks: { chinese_names: true } },
  });
  const withDoors = await hub.start("gateway", { ...doors, ...env });
  const gateways = [...hub.gateways, withDoors];
  return {
    ...hub,
    gateways,
    withDoors,
    ownPorts: { text: portOf("text", withDoors), udp: portOf("udp", withDoors) },
    websocketUrl: (gateway = 0) => `ws://127.0.0.1:${gateways[gateway]?.port}/connection/websocket`,
  };
}

/** Where a gateway says that a door of its own is open. */
export function portOf(door: "text" | "udp", { log }: Pick<AppProcess, "log">): number {
  const line = log.find((text) => text.includes('"msg":"door open"') && text.includes(`"door":"${door}"`));
  if (line === undefined) throw new Error(`no ${door} door is open:\n${log.join("\n")}`);
  return (JSON.parse(line) as { port: number }).port;
}
