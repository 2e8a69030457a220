import type { Control } from "@switchyard/broker/control";
import { findIdFault, userIdMaxBytes } from "@switchyard/protocol/id-fault";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { hubUser } from "@switchyard/pusher/channel";
import { ApiError } from "../errors/api-error.ts";
import { orOutcomeUnknown } from "../errors/or-unavailable.ts";
import type { Scope } from "../scope.ts";

/** `POST /apps/:id/users/:user/terminate_connections`: ends the connections that have signed in as the user. They may come back. */
export function terminateConnections(scope: Scope, { control }: { readonly control: Pick<Control, "ask"> }): void {
  scope.post("/apps/:id/users/:user/terminate_connections", { schema: { hide: true } }, async (request) => {
    const { user: id } = request.params as { readonly user: string };
    const user = hubUser(request.pusherApp, id);
    const fault = id === "" ? "must not be empty" : findIdFault(user, userIdMaxBytes);
    if (fault !== undefined) throw new ApiError("invalid_request", `user: ${fault}`, { field: "user" });
    const command = { kind: "disconnect", target: { user }, disconnect: disconnectCodes.forceDisconnect } as const;
    await orOutcomeUnknown(control.ask(command));
    return {};
  });
}
