import { opsPassword, type TestApi } from "./test-api.ts";

/** As a browser says of a request that a page of the same origin makes. */
const sameOrigin = { "sec-fetch-site": "same-origin" };
export const opsForm = { "content-type": "application/x-www-form-urlencoded", ...sameOrigin };

interface Credentials {
  /** Absent: the shared password alone. */
  readonly name?: string;
  readonly password?: string;
}

/** @returns the cookie of the login; empty where it was refused */
export async function logIn(api: TestApi, { name, password = opsPassword }: Credentials = {}): Promise<string> {
  const answer = await postForm(api, "/ops/login", { fields: { ...(name !== undefined && { name }), password } });
  return answer.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
}

interface Form {
  readonly cookie?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** Sends a form as a page of the hub does. */
export function postForm(api: TestApi, path: string, { cookie = "", fields = {} }: Form = {}) {
  const body = new URLSearchParams(fields).toString();
  return api.request("POST", path, { headers: { ...opsForm, cookie }, body });
}

interface Call {
  readonly cookie: string;
  readonly body?: object | undefined;
  readonly reason?: string | undefined;
  readonly expect?: object | undefined;
}

/** Asks `/ops/api/…` as the console does. */
export function callOps(api: TestApi, method: string, path: string, { cookie, body, reason, expect }: Call) {
  const headers = {
    cookie,
    ...sameOrigin,
    "x-sy-console": "1",
    ...(expect !== undefined && { "x-sy-expect": encodeURIComponent(JSON.stringify(expect)) }),
    ...(reason !== undefined && { "x-sy-reason": encodeURIComponent(reason) }),
  };
  return api.request(method, `/ops/api/${path}`, { headers, ...(body !== undefined && { body }) });
}
