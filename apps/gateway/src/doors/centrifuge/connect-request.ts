import { isUtf8 } from "node:buffer";
import { checkCommand, type Decoded } from "@switchyard/protocol/command";
import type { ConnectRequest } from "@switchyard/protocol/commands/connect";
import { decodeProtobufConnect } from "@switchyard/protocol/protobuf/decode-commands";

/** What opens a connection that only listens: the request of a `connect` without the command around it; nothing is `{}`. Or what is wrong. */
export function decodeConnectRequest(bytes: Buffer): ConnectRequest | string {
  if (!isUtf8(bytes)) return "not UTF-8";
  let connect: unknown;
  try {
    connect = JSON.parse(bytes.toString().trim() || "{}");
  } catch {
    return "not JSON";
  }
  return requestOf(checkCommand({ id: 1, connect }));
}

/** The same in Protobuf; nothing is an empty message. */
export function decodeProtobufConnectRequest(bytes: Buffer): ConnectRequest | string {
  return requestOf(decodeProtobufConnect(bytes));
}

function requestOf(command: Decoded): ConnectRequest | string {
  if (command.method === "connect") return command.request;
  return "problem" in command ? (command.problem ?? "malformed") : "not a connect request";
}
