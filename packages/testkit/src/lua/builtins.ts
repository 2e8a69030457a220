import { Value } from "./value.ts";

/** Names of Lua and Redis that scripts do not define themselves. */
export const libraries: ReadonlySet<string> = new Set(
  "redis string math table cjson cmsgpack bit tonumber tostring type ipairs pairs next unpack select pcall error assert".split(
    " ",
  ),
);

const text = Value.of("text");
const number = Value.of("number");
const texts = Value.list(text);
const errorReply = Value.list(new Value());

/** Replies of Redis that are not whole numbers; those of all other commands of `wholeReplies` are. */
const replies: Readonly<Record<string, Value>> = {
  ...Object.fromEntries(
    "GET HGET ZSCORE ZINCRBY SET HSETNX XADD TYPE LINDEX RPOPLPUSH LMOVE".split(" ").map((name) => [name, text]),
  ),
  ...Object.fromEntries(
    (
      "HMGET MGET ZRANGE ZRANGEBYSCORE ZREVRANGE LRANGE SMEMBERS HKEYS HVALS HGETALL ZPOPMIN ZPOPMAX TIME RPOP LPOP " +
      "ZRANDMEMBER SRANDMEMBER HRANDFIELD"
    )
      .split(" ")
      .map((name) => [name, either(text, texts)]),
  ),
  ...Object.fromEntries("SCAN ZSCAN SSCAN HSCAN".split(" ").map((name) => [name, Value.list(either(text, texts))])),
  ...Object.fromEntries(
    "XRANGE XREVRANGE".split(" ").map((name) => [name, Value.list(Value.list(either(text, texts)))]),
  ),
};
const wholeReplies: ReadonlySet<string> = new Set(
  (
    "EXISTS DEL UNLINK EXPIRE PEXPIRE PEXPIREAT PTTL TTL INCR DECR INCRBY HINCRBY HSET HDEL HLEN HEXISTS SADD SREM SCARD SISMEMBER " +
    "ZADD ZREM ZCARD ZRANK ZCOUNT ZREMRANGEBYSCORE ZREMRANGEBYRANK LPUSH RPUSH LREM LLEN LPOS PUBLISH XLEN XDEL XTRIM STRLEN APPEND"
  ).split(" "),
);

/** What a command answers; unknown for one that is in neither list. */
export function replyOf(command: string): Value {
  return replies[command] ?? (wholeReplies.has(command) ? number : Value.of("unknown"));
}

/**
 * The values of a call of Lua's own, by position; the last stands for all that follow. Undefined: it is not known.
 * `pattern` is the text of its second argument where that is written out.
 */
export function resultOf(
  builtin: string,
  args: readonly Value[],
  pattern: string | undefined,
): readonly Value[] | undefined {
  switch (builtin) {
    case "string.match":
    case "string.gmatch":
      return pattern === undefined ? [text] : captures(pattern);
    case "string.gsub":
      return [text, number];
    case "string.find":
    case "string.byte":
    case "string.len":
    case "tonumber":
      return [number];
    case "cjson.decode":
    case "cmsgpack.unpack":
      return [Value.of("unknown")];
    case "unpack":
      return [elementsOf(args[0])];
    case "next":
      return [Value.of("unknown")];
    case "select":
      return [args.slice(1).reduce((all, value) => either(all, value), new Value())];
    case "error":
    case "redis.setresp":
      return [];
    case "redis.error_reply":
    case "redis.status_reply":
      return [errorReply];
    default:
      if (builtin.startsWith("math.") || builtin.startsWith("bit.")) return [number];
      return /^(string|cjson|cmsgpack)\.|^(tostring|type|redis\.sha1hex|table\.concat)$/.test(builtin)
        ? [text]
        : undefined;
  }
}

export function elementsOf(list: Value | undefined): Value {
  const elements = new Value();
  for (const table of list?.tables ?? []) elements.take(table.elements);
  if (list?.kinds.has("unknown") === true) elements.kinds.add("unknown");
  return elements;
}

export function either(...values: readonly Value[]): Value {
  const all = new Value();
  for (const value of values) all.take(value);
  return all;
}

/** `()` captures a position, which is a number; any other parenthesis a text. */
function captures(pattern: string): Value[] {
  const opened = pattern.matchAll(/%.|\((\)?)/g).filter(([all]) => all.startsWith("("));
  const found = Array.from(opened, ([, close]) => (close === ")" ? number : text));
  return found.length === 0 ? [text] : found;
}
