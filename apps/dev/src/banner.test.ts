import { expect, test } from "vitest";
import { banner } from "./banner.ts";
import { createTerminal } from "./terminal.ts";

test("the banner names each door, and what clients and back ends of a Pusher app are given", () => {
  const text = banner(createTerminal({ write: () => undefined, colored: false }), {
    port: 8000,
    doors: [
      { door: "plain", address: "ws://127.0.0.1:1234", isFree: true },
      { door: "text", address: "tcp://127.0.0.1:5678", isFree: false },
    ],
    credentials: { apiKey: "an-api-key", tokenSecret: "a-token-secret", opsPassword: "a-password" },
    pusherApps: [{ id: "app-id", key: "app-key", secret: "app-secret-of-development" }],
    logs: "logs",
  });
  expect(text).toContain("  plain       ws://127.0.0.1:1234\n");
  expect(text).toMatch(
    /ops\/console +password a-password\n +connections http:\/\/localhost:8000\/ops\/connections +the same password/,
  );
  expect(text).toContain("closed: tcp://127.0.0.1:5678 is taken; SWITCHYARD_TEXT_PORT moves it");
  expect(text).toContain("  Pusher      app app-id   key app-key   secret app-secret-of-development\n");
});
