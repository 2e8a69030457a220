import { expect, test } from "vitest";
import { oidcProblems } from "./oidc-problems.ts";

const whole = {
  issuer: "https://id.example.com/realms/main",
  client_id: "hub",
  client_secret: "a-secret-of-the-client",
  roles: [{ value: "hub-admins", role: "admin" }],
};
const problemsOf = (oidc: object) => oidcProblems({ ops: { oidc, public_url: "https://hub.example.com" } });

test("a provider needs a client, a way back and somebody who may come in by it", () => {
  expect(problemsOf({})).toEqual([]);
  expect(oidcProblems({})).toEqual([]);
  expect(problemsOf(whole)).toEqual([]);
  expect(oidcProblems({ ops: { oidc: { issuer: whole.issuer, roles: [] }, public_url: "" } })).toEqual([
    "ops.oidc.client_id: must be set where ops.oidc.issuer is",
    "ops.oidc.client_secret: must be set where ops.oidc.issuer is",
    "ops.public_url: must be set where ops.oidc.issuer is",
    "ops.oidc.roles: must name a value and its role, or nobody gets in by ops.oidc.issuer",
  ]);
});

test.each([
  ["http://localhost:8080", true],
  ["http://127.0.0.1:8080/realms/main", true],
  ["http://[::1]:8080", true],
  ["http://id.example.com", false],
  ["http://localhost.example.com", false],
  ["http://10.0.0.7", false],
])("over plain HTTP the provider %s may be used: %j", (issuer, isFine) => {
  const problem = "ops.oidc.issuer: must be https, or of this machine";
  expect(problemsOf({ ...whole, issuer })).toEqual(isFine ? [] : [problem]);
});
