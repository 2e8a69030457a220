import { checkSettings } from "@switchyard/runtime/load-settings";
import { expect, test } from "vitest";
import { readOptions } from "./options.ts";
import { processEnvironment } from "./process-environment.ts";

const credentials = { apiKey: "key", tokenSecret: "secret", opsPassword: "password" };

function originsWith(environment: Record<string, string>, file: object = {}): readonly string[] {
  const options = readOptions([], environment, "/");
  const settings = checkSettings(file, environment);
  const known = { options, settings, credentials, redisUrl: "redis://127.0.0.1:8079" };
  const { SWITCHYARD_CLIENT_ALLOWED_ORIGINS: origins = "" } = processEnvironment(environment, known);
  return origins.split(",");
}

const thisMachine = ["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"];

test("pages of this machine may connect from any port", () => {
  expect(originsWith({})).toEqual(thisMachine);
});

test("origins of the settings file or of the environment are added to them, and do not shut out the demo pages", () => {
  const file = { client: { allowed_origins: ["https://app.example.com"] } };
  expect(originsWith({}, file)).toEqual([...thisMachine, "https://app.example.com"]);
  const environment = { SWITCHYARD_CLIENT_ALLOWED_ORIGINS: "http://192.168.1.5:3000,http://localhost:*" };
  expect(originsWith(environment)).toEqual([...thisMachine, "http://192.168.1.5:3000"]);
});
