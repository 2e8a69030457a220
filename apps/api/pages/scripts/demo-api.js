/**
 * A connection token for this user id, signed by the api because this is a development machine; `name` is what others see in presence.
 */
export async function fetchToken(user, name) {
  const query = new URLSearchParams({ user, ...(name && { info: name }) });
  const { token } = await request(`/demo/token?${query}`);
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

/** Resolves to `{ id, recipients, stored, live, … }`. */
export function notify(notification, { apiKey }) {
  return request("/v1/inbox", { body: notification, apiKey });
}

/** Resolves to how many have it, have seen, read and acted on it. */
export function traceNotification(id, { apiKey }) {
  return request(`/v1/notifications/${encodeURIComponent(id)}`, { apiKey });
}

/** The newest fifty of a user, as `{ items, counts, … }`. */
export function listInbox(user, { apiKey }) {
  return request(`/v1/inbox/${encodeURIComponent(user)}/items?limit=50`, { apiKey });
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
