import { expect, test } from "vitest";
import { unknownVariables } from "./environment.ts";
import { Settings } from "./settings.ts";

test("a variable that sets nothing is told, with the one it was probably meant to be", () => {
  const environment = { SWITCHYARD_API_KY: "x", SWITCHYARD_FOO: "1", SWITCHYARD_LOG_LEVEL: "info", PATH: "/bin" };
  expect(unknownVariables(Settings, environment)).toEqual([
    "SWITCHYARD_API_KY (did you mean SWITCHYARD_API_KEY?)",
    "SWITCHYARD_FOO",
  ]);
});

test("variables of npm start and Compose, and those Kubernetes makes of services, are not told", () => {
  const names = [
    "CONFIG",
    "PORT",
    "GATEWAYS",
    "DATA",
    "GATEWAY_SERVICE_HOST",
    "API_SERVICE_PORT_HTTP",
    "API_PORT_8010_TCP",
  ];
  const environment = Object.fromEntries(names.map((name) => [`SWITCHYARD_${name}`, "x"]));
  expect(unknownVariables(Settings, environment)).toEqual([]);
});
