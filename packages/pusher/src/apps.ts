import type { Settings } from "@switchyard/runtime/settings";

/** An app of the settings file: its channels, users and secret are its own, whatever other apps the hub serves. */
export type PusherApp = Settings["pusher"]["apps"][number];

export interface PusherApps {
  /** By what clients name in the address, `/app/<key>`. */
  byKey(key: string): PusherApp | undefined;
  /** By what back ends name in the address, `/apps/<id>/…`. */
  byId(id: string): PusherApp | undefined;
  /** Whose channels have this namespace. */
  byNamespace(namespace: string): PusherApp | undefined;
  readonly all: readonly PusherApp[];
}

/** The settings see to it that no two apps have an id, a key or a namespace in common. */
export function createPusherApps({ apps }: Settings["pusher"]): PusherApps {
  const byKey = new Map(apps.map((app) => [app.key, app]));
  const byId = new Map(apps.map((app) => [app.id, app]));
  const byNamespace = new Map(apps.map((app) => [app.namespace, app]));
  return {
    byKey: (key) => byKey.get(key),
    byId: (id) => byId.get(id),
    byNamespace: (namespace) => byNamespace.get(namespace),
    all: apps,
  };
}

/** What webhooks can tell of. */
export type WebhookEventName = PusherApp["webhooks"][number]["events"][number];

/** Whether some receiver of the app wants such events; one that names none wants all of them. */
export function wantsEvent({ webhooks, subscription_count }: PusherApp, name: WebhookEventName): boolean {
  if (name === "subscription_count" && !subscription_count) return false;
  return webhooks.some(({ events }) => events.length === 0 || events.includes(name));
}
