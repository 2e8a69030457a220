/** How a user can be reached outside of the hub, as your application knows it. */
export interface Contacts {
  readonly email?: string;
  /** What `pushManager.subscribe()` gave a browser, one for each browser of the user. */
  readonly push?: readonly PushSubscription[];
}

export interface PushSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/**
 * Asks your application: `GET` at CONTACTS_URL, in which `{user}` stands for the user's id, with CONTACTS_TOKEN as bearer token,
 * answers `{"email"?, "push"?}`, or 404 for nobody. The hub keeps no addresses: who may be written to is for the application to say.
 */
export async function contactsOf(user: string, signal: AbortSignal): Promise<Contacts> {
  const reply = await ask(user, { signal });
  if (reply.status === 404) return {};
  if (!reply.ok) throw new Error(`the contacts of the user cannot be read: status ${reply.status}`);
  return (await reply.json()) as Contacts;
}

/** `DELETE` there, with `{"endpoint"}`: the browser has taken its permission back. */
export async function forgetPush(user: string, endpoint: string, signal: AbortSignal): Promise<void> {
  await ask(user, { method: "DELETE", body: JSON.stringify({ endpoint }), signal });
}

async function ask(user: string, request: RequestInit): Promise<Response> {
  const { CONTACTS_URL: template, CONTACTS_TOKEN: token } = process.env;
  if (template === undefined) throw new Error("CONTACTS_URL is not set; it says where the addresses of users are");
  const headers = new Headers({ "content-type": "application/json" });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  return fetch(template.replace("{user}", encodeURIComponent(user)), { ...request, headers });
}
