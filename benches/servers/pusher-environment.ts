const namespace = "app";

/** For a gateway with one app of the Pusher protocol, and for who publishes to its clients. */
export const pusherEnvironment = {
  SWITCHYARD_CHANNEL_NAMESPACES: JSON.stringify([{ name: namespace }]),
  SWITCHYARD_PUSHER_APPS: JSON.stringify([{ id: "1", key: "bench-key", secret: "secret-of-the-bench", namespace }]),
};

/** What its clients know as `channel`. */
export function channelOfApp(channel: string): string {
  return `${namespace}:${channel}`;
}
