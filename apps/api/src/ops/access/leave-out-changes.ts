import type { Scope } from "../../scope.ts";
import type { OpsRule } from "./ops-routes.ts";

type Register = (this: Scope, ...parts: readonly unknown[]) => Scope;

/**
 * What would change the hub is not registered in a scope or below it: what is not there cannot be reached by mistake. Scopes below
 * take these functions over, as Fastify makes each of its parent.
 */
export function leaveOutChanges(scope: Scope, rules: Readonly<Record<string, OpsRule>>): void {
  const changes = (method: string, url: string) => (rules[`${method} ${url}`]?.tier ?? 0) > 0;
  const before = scope as unknown as Record<string, Register>;
  const replaced = (["POST", "PUT", "PATCH", "DELETE"] as const).map((method) => {
    const register = before[method.toLowerCase()] as Register;
    const instead: Register = function (url, ...rest) {
      return changes(method, this.prefix + String(url)) ? this : register.call(this, url, ...rest);
    };
    return [method.toLowerCase(), instead] as const;
  });
  const register = before["route"] as Register;
  const route: Register = function (given) {
    const { method, url } = given as { readonly method: string | readonly string[]; readonly url: string };
    const kept = [method].flat().filter((one) => !changes(one, this.prefix + url));
    return kept.length === 0 ? this : register.call(this, { ...(given as object), method: kept });
  };
  Object.assign(scope, Object.fromEntries(replaced), { route });
}
