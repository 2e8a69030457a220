/** A connection token for this user id, signed by the api because this is a development machine. */
export async function fetchToken(user) {
  const { token } = await request(`/demo/token?user=${encodeURIComponent(user)}`);
  return token;
}

/**
 * What a pasteable curl line needs: where the HTTP API answers, and its key. The api tells the key to pages opened as
 * localhost or by address only; elsewhere the lines keep a blank to fill in.
 */
export async function fetchCurlConfig() {
  return request("/demo/curl-config").catch(() => ({ apiUrl: location.origin, apiKey: "YOUR-API-KEY" }));
}

/** Resolves to the publication's `{ channel, offset?, epoch? }`. */
export function pushToUser(user, data) {
  return request("/demo/push", { body: { user, data } });
}

/** The public call, as any back end makes it. Resolves to `{ id, channel, token }`. */
export function enqueueTask(task, { apiKey }) {
  return request("/v1/tasks", { body: task, apiKey });
}

/** @throws Error whose message is the server's own words, fit to be shown. */
async function request(path, { body, apiKey } = {}) {
  const response = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(apiKey && { "x-api-key": apiKey }),
    },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Error("The api does not answer. Is it still running?");
  });
  const answer = await response.json().catch(() => undefined);
  if (response.ok && answer?.error === undefined) return answer;
  throw new Error(answer?.error?.message ?? `The api answered ${response.status}.`);
}
