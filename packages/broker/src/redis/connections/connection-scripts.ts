import { clock, defineScript, waiting } from "../define-script.ts";

const chunk = (name: string) => new URL(`./chunks/${name}.lua`, import.meta.url);
const [fields, outbox] = [chunk("fields"), chunk("outbox")];
const counts = new URL("../occupancy/chunks/counts.lua", import.meta.url);

export const writeConnectionsScript = defineScript({
  file: new URL("./write-connections.lua", import.meta.url),
  chunks: [clock, fields, outbox],
  keys: ["records", "former", "subscriptions", "formerSubscriptions", "waiting", "meta"],
  args: ["open", "subscribed", "closed", "life", "node", "isTold", "server", "maxBytes"],
  reply(raw): { ended: number; gaveWay: number } {
    const [ended, gaveWay] = raw as [number, number];
    return { ended, gaveWay };
  },
});

export const writeUsersScript = defineScript({
  file: new URL("./write-users.lua", import.meta.url),
  chunks: [clock, fields, outbox],
  keys: ["users", "seen", "due", "waiting", "meta"],
  args: ["lease", "formerLease", "came", "went", "keptMs", "isTold", "vacantMs", "server", "maxBytes"],
  reply(raw): { gone: number; gaveWay: number } {
    const [gone, gaveWay] = raw as [number, number];
    return { gone, gaveWay };
  },
});

export const writeChannelsScript = defineScript({
  file: new URL("./write-channels.lua", import.meta.url),
  chunks: [clock, fields, outbox, counts],
  keys: ["channels", "ofNode", "due", "waiting", "meta"],
  args: ["lease", "counts", "vacantMs", "server", "maxBytes"],
  reply: (raw): number => (raw as [number])[0],
});

export const tellMessagesScript = defineScript({
  file: new URL("./tell-messages.lua", import.meta.url),
  chunks: [clock, fields, outbox],
  keys: ["waiting", "meta"],
  args: ["messages", "server", "maxBytes"],
  reply: (raw): number => (raw as [number])[0],
});

export const takeOutboxScript = defineScript({
  file: new URL("./take-outbox.lua", import.meta.url),
  chunks: [clock, waiting, fields, outbox],
  keys: ["users", "seen", "channels", "due", "waiting", "meta", "dropped", "batch"],
  args: ["newId", "eventsMax", "bytesMax", "receivers", "server", "maxBytes"],
  reply: (raw): readonly Buffer[] => raw as Buffer[],
});

export const finishOutboxScript = defineScript({
  file: new URL("./finish-outbox.lua", import.meta.url),
  chunks: [fields],
  keys: ["batch", "dropped"],
  args: ["id", "changes"],
  reply: (raw): boolean => (raw as [number])[0] === 1,
});
