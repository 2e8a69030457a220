import { isObject, valueAt } from "./leaves.ts";
import type { File, Writes } from "./rule.ts";

/** Keys of `engine.redis` that are parts of one URL here. @returns it, or why there is none */
export function redisUrl(file: File): Writes | string {
  const redis = valueAt(file, "engine.redis");
  if (!isObject(redis)) return {};
  const { address = "redis://127.0.0.1:6379", user = "", password = "", db = 0 } = redis;
  const addresses = [address].flat().flatMap((text) => String(text).split(","));
  const [first = ""] = addresses;
  if (addresses.length > 1) return "several addresses are shards, and one Redis is used here (`redis.url`)";
  const isTls = valueAt(redis, "tls.enabled") === true;
  // An address without a scheme is a host and its port.
  const url = URL.parse(/^[a-z]+:\/\//.test(first) ? first.replace(/^tcp:/, "redis:") : `redis://${first}`);
  if (url === null) return "it is no address of a Redis; write it to `redis.url` yourself";
  if (isTls) url.protocol = "rediss:";
  if (url.username === "" && typeof user === "string") url.username = encodeURIComponent(user);
  if (url.password === "" && password !== "") url.password = encodeURIComponent(String(password));
  if (url.protocol !== "unix:" && ["", "/"].includes(url.pathname) && db !== 0) url.pathname = `/${String(db)}`;
  return { "redis.url": url.href };
}
