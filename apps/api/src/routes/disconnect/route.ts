import type { Control } from "@switchyard/broker/control";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { HubError } from "@switchyard/protocol/hub-error";
import { toConcerned } from "../../connections/concerned.ts";
import { readTarget } from "../../connections/connection-fields.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { disconnectSpec } from "./schema.ts";

/** `POST /api/disconnect`, Centrifugo's. */
export function disconnect({ control }: { readonly control: Pick<Control, "ask"> }): RpcCommand {
  return defineRpc(disconnectSpec, async ({ whitelist, disconnect: reason, ...fields }) => {
    checkReason(reason?.reason);
    const answers = await control.ask({
      kind: "disconnect",
      target: readTarget(fields),
      disconnect: reason === undefined ? disconnectCodes.forceDisconnect : { code: reason.code, reason: reason.reason },
      ...(whitelist !== undefined && { except: whitelist }),
    });
    return toConcerned(answers);
  });
}

/** What fits into a close frame beside its code (RFC 6455 section 5.5). */
const reasonMaxBytes = 123;

/** The SDK takes a JSON reason for advice of its predecessors and acts on that instead of the code. */
function checkReason(reason: string | undefined): void {
  if (reason === undefined) return;
  const bytes = Buffer.byteLength(reason);
  if (bytes > reasonMaxBytes) {
    throw new HubError("badRequest", `disconnect.reason: is ${bytes} bytes long, the bound is ${reasonMaxBytes}`);
  }
  if (isJson(reason)) throw new HubError("badRequest", "disconnect.reason: must not be JSON; write plain words");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
