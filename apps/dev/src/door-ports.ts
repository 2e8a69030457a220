import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { Settings } from "@switchyard/runtime/settings";
import { isFree } from "./port-plan.ts";

/** A port a door has beside the gateways' own, and whether the first gateway will get it. */
export interface DoorPort {
  readonly door: "plain" | "text" | "udp";
  readonly address: string;
  readonly isFree: boolean;
}

type DoorSettings = Pick<Settings, "text" | "udp">;

/**
 * Looks at the ports of doors that are open. They do not follow the front door's, because what sends there has them written down; so a
 * second hub on the machine finds them taken, and does without.
 */
export async function lookAtDoorPorts({ text, udp }: DoorSettings): Promise<DoorPort[]> {
  const looks: Promise<DoorPort>[] = [];
  if (text.enabled) looks.push(look("text", `tcp://${text.host}:${text.port}`, isFree(text.port, text.host)));
  if (udp.enabled) looks.push(look("udp", `udp://${udp.host}:${udp.port}`, isFreeForUdp(udp.port, udp.host)));
  return Promise.all(looks);
}

async function look(door: DoorPort["door"], address: string, free: Promise<boolean>): Promise<DoorPort> {
  return { door, address, isFree: await free };
}

async function isFreeForUdp(port: number, host: string): Promise<boolean> {
  const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
  try {
    socket.bind(port, host);
    await once(socket, "listening");
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  } finally {
    socket.close();
  }
}
