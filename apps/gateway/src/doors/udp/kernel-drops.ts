import { readFile } from "node:fs/promises";

/**
 * Datagrams the kernel has dropped before this process could read them, because its buffer of the socket was full: Linux counts them
 * for each socket. 0 on other systems, which do not tell.
 */
export async function readKernelDrops({
  port,
  isIpv6,
}: {
  readonly port: number;
  readonly isIpv6: boolean;
}): Promise<number> {
  const table = await readFile(`/proc/net/udp${isIpv6 ? "6" : ""}`, "utf8").catch(() => "");
  return dropsInTable(table, port);
}

/** `sl local_address …  drops`, the address in hexadecimal with the port behind its colon. Several sockets may share a port. */
export function dropsInTable(table: string, port: number): number {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const [, ...rows] = table.split("\n").map((row) => row.trim().split(/\s+/));
  return rows.filter(([, local]) => local?.endsWith(ending)).reduce((sum, row) => sum + Number(row.at(-1)), 0);
}
