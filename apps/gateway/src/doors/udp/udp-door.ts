import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIPv6 } from "node:net";
import type { Publisher } from "@switchyard/broker/broker";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import { Counter, type Registry } from "prom-client";
import { oncePerReason } from "../../session/once-per-reason.ts";
import { createChannelMap } from "../channel-map.ts";
import type { Door } from "../door.ts";
import { openOptionalPort } from "../optional-port.ts";
import { createDatagramIntake, type Fate } from "./datagram-intake.ts";
import { readKernelDrops } from "./kernel-drops.ts";

export interface UdpDoorOptions {
  readonly settings: Pick<Settings, "udp" | "gateway">;
  readonly broker: Pick<Publisher, "publish">;
  readonly rules: Pick<ChannelRules, "resolve">;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** As much as the kernel grants; by default it has room for some hundred small datagrams, less than a busy moment brings. */
const receiveBufferBytes = 4_194_304;

/**
 * Publications of devices and daemons that send and do not look back (docs/doors.md). Every datagram is counted once, by what became
 * of it. Undefined where the settings do not open it, or its port is taken and may be.
 * @throws StartupError when the port cannot be had, or a template is of no use
 */
export async function openUdpDoor(options: UdpDoorOptions): Promise<Door | undefined> {
  const { settings, broker, rules, logger } = options;
  const { udp, gateway } = settings;
  const isIpv6 = isIPv6(udp.host);
  let port: number | undefined;
  // Whether or not the door is open, so that every gateway has the same metrics.
  const count = observeDatagrams(options.registry, async () =>
    port === undefined ? 0 : readKernelDrops({ port, isIpv6 }),
  );
  if (!udp.enabled) return undefined;

  const channels = createChannelMap({ templates: udp.channels, setting: "udp.channels", use: "publish", rules });
  const tell = oncePerReason((reason, what) => logger.warn({ door: "udp", reason }, what));
  const intake = createDatagramIntake({
    publisher: broker,
    channels,
    maxBytes: udp.datagram_max_size,
    onFate: (fate, problem) => {
      count(fate);
      if (fate === "unknown") tell(problem ?? fate, "a datagram may or may not have been published");
      else if (fate !== "accepted") tell(problem ?? fate, `dropped a datagram (${fate})`);
    },
  });
  const socket = createSocket(isIpv6 ? "udp6" : "udp4", (datagram) => intake.take(datagram));
  const open = async () => {
    socket.bind(udp.port, udp.host);
    await once(socket, "listening");
    enlargeReceiveBuffer(socket);
    return (port = socket.address().port);
  };
  if (!(await openOptionalPort({ door: "udp", address: udp, gateway, logger, open }))) return void socket.close();
  socket.on("error", (error) => logger.warn({ err: error, door: "udp" }, "an error on the socket"));
  const closed = new Promise<void>((resolve) => void socket.once("close", resolve));
  let isShut = false;
  const shut = () => {
    if (!isShut) socket.close();
    isShut = true;
  };
  return {
    name: "udp",
    shut,
    // Nobody at the other end waits for a word.
    drain: () => undefined,
    async close() {
      shut();
      await closed;
      await intake.settled();
    },
  };
}

/** Systems that grant less than is asked for at all say so; then it stays as it is. */
function enlargeReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(receiveBufferBytes);
  } catch {
    // What does not fit is counted as an overrun where the kernel tells.
  }
}

function observeDatagrams(registry: Registry, readOverruns: () => Promise<number>): (fate: Fate) => void {
  let counted = 0;
  const datagrams: Counter<"fate"> = new Counter({
    name: "switchyard_gateway_udp_datagrams_total",
    help: "Datagrams of the UDP door: `accepted`, `unknown` (Redis has not confirmed it: it may be published nevertheless), or dropped as `too_large`, `not_json`, `unmapped`, `refused`, `busy` or `overrun` (by the kernel, whose buffer was full; Linux tells).",
    labelNames: ["fate"],
    registers: [registry],
    async collect() {
      const overruns = await readOverruns();
      if (overruns > counted) datagrams.inc({ fate: "overrun" }, overruns - counted);
      counted = Math.max(counted, overruns);
    },
  });
  return (fate) => datagrams.inc({ fate });
}
