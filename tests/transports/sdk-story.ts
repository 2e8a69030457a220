import type { Centrifuge, Options } from "centrifuge";

/** What the SDK told its application so far. */
export interface Told {
  /** The transport of each connection. */
  readonly connected: string[];
  readonly subscribed: { wasRecovering: boolean; recovered: boolean }[];
  readonly received: unknown[];
  readonly errors: string[];
  /** How often it has asked for a token. */
  tokens: number;
  disconnected: number | undefined;
}

export interface Storyteller {
  readonly told: Told;
  publish(data: unknown): Promise<unknown>;
  history(): Promise<{ publications: { data: unknown }[] }>;
  presence(): Promise<{ clients: Record<string, { user: string }> }>;
  end(): void;
}

export interface StoryOptions {
  readonly transport: "http_stream" | "sse";
  /** Where the gateways are. */
  readonly origin: string;
  /** Where there are tokens. */
  readonly tokenUrl: string;
  readonly channel: string;
}

/**
 * An application with the SDK as it comes from npm. Whole in itself, because it is also run within a page of a browser: nothing
 * of this module is there.
 */
export function tellStory(
  Sdk: typeof Centrifuge,
  { transport, origin, tokenUrl, channel }: StoryOptions,
  surroundings: Partial<Options> = {},
): Storyteller {
  const told: Told = { connected: [], subscribed: [], received: [], errors: [], tokens: 0, disconnected: undefined };
  const sdk = new Sdk([{ transport, endpoint: `${origin}/connection/${transport}` }], {
    emulationEndpoint: `${origin}/emulation`,
    maxReconnectDelay: 1_000,
    getToken: async () => {
      told.tokens += 1;
      return (await fetch(tokenUrl)).text();
    },
    ...surroundings,
  });
  const subscription = sdk.newSubscription(channel);
  sdk.on("connected", (context) => told.connected.push(context.transport));
  sdk.on("disconnected", ({ code }) => (told.disconnected = code));
  sdk.on("error", ({ error }) => told.errors.push(error.message));
  subscription.on("subscribed", ({ wasRecovering, recovered }) => told.subscribed.push({ wasRecovering, recovered }));
  subscription.on("publication", ({ data }) => told.received.push(data));
  subscription.subscribe();
  sdk.connect();
  return {
    told,
    publish: (data) => subscription.publish(data),
    history: () => subscription.history({ limit: 100 }),
    presence: () => subscription.presence(),
    end: () => sdk.disconnect(),
  };
}
