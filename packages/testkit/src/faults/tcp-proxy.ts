import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface TcpProxyOptions {
  /**
   * Where a new connection goes, from the first bytes its client sent; candidates are tried in order until one accepts.
   * An empty list refuses it.
   */
  readonly route: (opening: string) => readonly number[];
  /** How much of the opening must be there before `route` is asked; clients that speak first only. Default 1. */
  readonly openingMinBytes?: number;
}

/**
 * A TCP proxy on 127.0.0.1 that can misbehave as networks do. This kernel has no netem, and a proxy in the same process
 * needs no privileges.
 *
 * `blackhole` stops forwarding in both directions and hides the ends of connections from each other, without closing
 * anything: to both sides it is a network that drops every packet. `heal` lets go of what was held, as retransmission
 * would. New connections meanwhile are accepted (a backlog would) and get no answer.
 */
export interface TcpProxy {
  readonly port: number;
  /** Opened so far, ended ones included. */
  readonly accepted: number;
  /** Cuts off the connections whose opening matches, and those to come; all without a filter. */
  blackhole(matches?: (opening: string) => boolean): void;
  heal(): void;
  /** Ends them with a reset, as a crashed host or a nervous firewall does. */
  reset(matches?: (opening: string) => boolean): void;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  server: Socket | undefined;
  /** What the client said before it was known where it goes. */
  opening: string;
  /** Cut off: nothing is forwarded, ends included. */
  isHeld: boolean;
  isForwarding: boolean;
}

export async function startTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const links = new Set<Link>();
  let accepted = 0;
  let blackholed: ((opening: string) => boolean) | undefined;

  const server = createServer({ noDelay: true }, (client) => {
    accepted += 1;
    const link: Link = { client, server: undefined, opening: "", isHeld: false, isForwarding: false };
    links.add(link);
    client.on("error", () => undefined).on("close", () => end(link, "client"));
    client.on("data", function onData(chunk: Buffer) {
      link.opening += chunk.toString("latin1");
      if (link.opening.length < (options.openingMinBytes ?? 1)) return;
      client.off("data", onData).pause();
      void join(link);
    });
  });

  async function join(link: Link): Promise<void> {
    const upstream = await reach(options.route(link.opening));
    if (upstream === undefined) return void link.client.resetAndDestroy();
    link.server = upstream;
    upstream.on("error", () => undefined).on("close", () => end(link, "server"));
    if (blackholed?.(link.opening) === true) link.isHeld = true;
    else forward(link);
  }

  function end(link: Link, side: "client" | "server"): void {
    const other = side === "client" ? link.server : link.client;
    if (link.isHeld) return;
    links.delete(link);
    // What is under way to the other end still arrives; reading on is how its own end is noticed.
    other?.resume().end();
  }

  function heal(): void {
    blackholed = undefined;
    for (const link of links) {
      if (!link.isHeld) continue;
      link.isHeld = false;
      const ended = link.client.destroyed ? "client" : link.server?.destroyed === true ? "server" : undefined;
      if (ended !== undefined) end(link, ended);
      else forward(link);
    }
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    blackhole(matches = () => true) {
      blackholed = matches;
      for (const link of links) if (matches(link.opening)) hold(link);
    },
    heal,
    reset(matches = () => true) {
      for (const link of links) {
        if (!matches(link.opening)) continue;
        link.server?.resetAndDestroy();
        link.client.resetAndDestroy();
      }
    },
    async close() {
      heal();
      for (const { client } of links) client.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** The first of the ports that accepts. */
async function reach(ports: readonly number[]): Promise<Socket | undefined> {
  for (const port of ports) {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    if (isOpen) return socket;
  }
  return undefined;
}

function forward(link: Link): void {
  const { client, server, opening } = link;
  if (server === undefined) return;
  if (!link.isForwarding) server.write(opening, "latin1");
  link.isForwarding = true;
  client.pipe(server);
  server.pipe(client);
}

function hold(link: Link): void {
  link.isHeld = true;
  const { client, server } = link;
  if (server === undefined) return;
  client.unpipe(server);
  server.unpipe(client);
  client.pause();
  server.pause();
}
