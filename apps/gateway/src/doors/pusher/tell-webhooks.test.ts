import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { tellWebhooks } from "./tell-webhooks.ts";

const url = "https://shop.example.com/hooks";
const settings = checkSettings({
  channel: { namespaces: [{ name: "none" }, { name: "some" }, { name: "all" }] },
  pusher: {
    apps: [
      { id: "none", key: "none", secret: "0123456789abcdef", namespace: "none" },
      {
        id: "some",
        key: "some",
        secret: "0123456789abcdef",
        namespace: "some",
        webhooks: [{ url, events: ["cache_miss"] }],
      },
      { id: "all", key: "all", secret: "0123456789abcdef", namespace: "all", webhooks: [{ url }] },
    ],
  },
});

test("of what happens at the door an app's webhooks are told what they want, and others cost nothing", () => {
  const told: string[] = [];
  const teller = { tell: (realm: string, { name }: { name?: string }) => void told.push(`${realm} ${name}`) };
  for (const app of settings.pusher.apps) {
    tellWebhooks(app, { name: "cache_miss", channel: "cache-a" }, { teller });
    const event = { channel: "private-a", event: "client-x", data: "{}", socket_id: "1.2" };
    tellWebhooks(app, { name: "client_event", ...event }, { teller });
  }
  expect(told).toEqual(["some cache_miss", "all cache_miss", "all client_event"]);
});
