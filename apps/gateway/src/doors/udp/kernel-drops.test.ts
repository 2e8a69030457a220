import { expect, test } from "vitest";
import { dropsInTable } from "./kernel-drops.ts";

const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  273: 0100007F:1999 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 21 2 ffff8881 7290
  274: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 22 2 ffff8882 5
`;

test("drops are those of the port, whatever other sockets have lost", () => {
  expect([dropsInTable(table, 6553), dropsInTable(table, 53), dropsInTable(table, 1), dropsInTable("", 53)]).toEqual([
    7290, 5, 0, 0,
  ]);
});
