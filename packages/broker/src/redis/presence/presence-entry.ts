/**
 * A value of the presence hash: `<node>:<told>:<bytes of user>:<user><info>`. presence-add.lua writes it. The user stands apart
 * from the info so that scripts can count users without parsing JSON of any depth; its length does, because it may hold
 * anything.
 */
export interface StoredEntry {
  readonly node: string;
  readonly user: string;
  readonly infoJson: string;
}

const colon = 0x3a;

export function parsePresenceEntry(value: Buffer): StoredEntry {
  const nodeEnd = value.indexOf(colon);
  const toldEnd = value.indexOf(colon, nodeEnd + 1);
  const lengthEnd = value.indexOf(colon, toldEnd + 1);
  const userEnd = lengthEnd + 1 + Number(value.toString("latin1", toldEnd + 1, lengthEnd));
  return {
    node: value.toString("latin1", 0, nodeEnd),
    user: value.toString("utf8", lengthEnd + 1, userEnd),
    infoJson: value.toString("utf8", userEnd),
  };
}
