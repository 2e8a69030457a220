import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/**
 * A load balancer as plain as they come: each new connection goes to the next gateway, and to the one after that when it
 * does not answer. No stickiness: a client that reconnects lands anywhere.
 */
export async function startBalancer(ports: () => readonly number[]): Promise<TcpProxy> {
  let turn = 0;
  return startTcpProxy({
    route() {
      const live = ports();
      const first = turn++ % Math.max(1, live.length);
      return [...live.slice(first), ...live.slice(0, first)];
    },
  });
}
