import { errorCodes } from "@switchyard/protocol/error-codes";
import { HubError } from "@switchyard/protocol/hub-error";
import { ApiError } from "../errors/api-error.ts";

/**
 * Reads a field that is read under `/api` as well, where a refusal has a number: here it names the field.
 * @throws ApiError `invalid_request`, or `forbidden` where the API key or the namespace does not allow it
 */
export function asRest<T>(field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof HubError) || error.temporary) throw error;
    const code = error.code === permissionDenied ? "forbidden" : "invalid_request";
    throw new ApiError(code, error.detail ?? error.publicMessage, { field, cause: error });
  }
}

const permissionDenied = errorCodes.permissionDenied.code;
