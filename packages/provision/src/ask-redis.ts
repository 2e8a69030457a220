import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** An error reply such as `NOAUTH Authentication required.`; the message is Redis' own text. */
export class RedisReplyError extends Error {
  override readonly name = "RedisReplyError";
}

/**
 * Sends commands one after the other over a connection of its own and resolves to their replies as text.
 *
 * Written by hand because it runs before anything else and must say why a server is unusable: a client library would
 * reconnect for ever and hide the first cause. It understands only simple, error, integer and bulk replies.
 * @throws RedisReplyError for an error reply, else the socket's error, or an Error when it takes longer than `timeoutMs`.
 */
export async function askRedis(
  url: URL,
  commands: readonly (readonly string[])[],
  timeoutMs: number,
): Promise<readonly string[]> {
  const socket = open(url);
  const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await exchange(socket, [...signIn(url), ...commands], commands.length);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function open(url: URL): Socket {
  if (url.protocol === "unix:") return connectTcp({ path: decodeURIComponent(url.pathname) });
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const address = { host, port: Number(url.port || 6379) };
  return url.protocol === "rediss:" ? connectTls({ ...address, servername: host }) : connectTcp(address);
}

function signIn(url: URL): string[][] {
  const password = decodeURIComponent(url.password);
  const user = decodeURIComponent(url.username);
  const database = url.protocol === "unix:" ? "" : url.pathname.slice(1);
  return [
    ...(password === "" ? [] : [["AUTH", ...(user === "" ? [] : [user]), password]]),
    ...(database === "" ? [] : [["SELECT", database]]),
  ];
}

function exchange(socket: Socket, commands: readonly (readonly string[])[], keepLast: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const replies: string[] = [];
    let pending = Buffer.alloc(0);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed")));
    socket.on("data", (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      try {
        for (let reply = readReply(pending); reply !== undefined; reply = readReply(pending)) {
          replies.push(reply.text);
          pending = pending.subarray(reply.bytes);
        }
      } catch (error) {
        reject(error as Error);
      }
      if (replies.length === commands.length) resolve(replies.slice(-keepLast));
    });
    socket.write(commands.map(encode).join(""));
  });
}

function encode(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`;
}

/** The first whole reply of the buffer, or undefined when more bytes are needed. */
function readReply(buffer: Buffer): { text: string; bytes: number } | undefined {
  const lineEnd = buffer.indexOf("\r\n");
  if (lineEnd < 0) return undefined;
  const head = buffer.toString("utf8", 1, lineEnd);
  switch (String.fromCharCode(buffer[0] ?? 0)) {
    case "+":
    case ":":
      return { text: head, bytes: lineEnd + 2 };
    case "-":
      throw new RedisReplyError(head);
    case "$": {
      const bytes = lineEnd + 2 + Number(head) + 2;
      return buffer.length < bytes ? undefined : { text: buffer.toString("utf8", lineEnd + 2, bytes - 2), bytes };
    }
    default:
      throw new Error("what answers there is not Redis");
  }
}
