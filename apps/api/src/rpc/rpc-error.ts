import { errorCodes } from "@switchyard/protocol/error-codes";
import { HubError } from "@switchyard/protocol/hub-error";
import { apiErrors, type ApiError } from "../errors/api-error.ts";

/** The `error` of a reply under `/api`, as Centrifugo has it. */
export interface RpcErrorBody {
  readonly code: number;
  readonly message: string;
}

export function toRpcError(error: ApiError | HubError): RpcErrorBody {
  if (error instanceof HubError) return { code: error.code, message: error.publicMessage };
  const { code, message } = errorCodes[apiErrors[error.code].hub];
  const { publicMessage } = error;
  return { code, message: publicMessage.startsWith(message) ? publicMessage : `${message}: ${publicMessage}` };
}
