import { refusalBody } from "@switchyard/runtime/refusal-body";
import { expect, test } from "vitest";
import { apiErrors, type ApiErrorCode } from "./api-error.ts";

test.each([400, 401, 403, 404, 405, 408, 413, 414, 415, 431, 503, 504])(
  "servers that are not the api refuse with its code for status %i",
  (status) => {
    const { error } = JSON.parse(refusalBody(status, "why")) as { error: { code: ApiErrorCode; message: string } };
    expect(error.message).toBe("why");
    expect(apiErrors[error.code].status).toBe(status);
  },
);
