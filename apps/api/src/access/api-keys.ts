import type { IncomingHttpHeaders } from "node:http";
import { createSecretCheck } from "@switchyard/runtime/secrets-match";
import type { Settings } from "@switchyard/runtime/settings";
import { ApiError } from "../errors/api-error.ts";

/** What the holder of a key may do; which calls belong to it is in the route table. */
export type ApiScope = Settings["http_api"]["keys"][number]["scopes"][number];

export interface ApiKey {
  /** For messages and logs; the key itself is in neither. */
  readonly name: string;
  /** Whose things are kept apart: the name of a key of `http_api.keys`, and empty, which none of them can be, for `http_api.key`. */
  readonly tenant: string;
  allows(scope: ApiScope): boolean;
  /** @throws ApiError `forbidden`, naming the scope that is missing. */
  require(scope: ApiScope): void;
  /** Whether the channels of a namespace are open to it; empty are the channels without one. */
  reaches(namespace: string): boolean;
  /** True: it is bound to namespaces, so what is in none of them is closed to it. */
  readonly isBound: boolean;
}

export interface ApiKeys {
  /** True: nobody can call. */
  readonly isEmpty: boolean;
  /** Compares with every key, in a time that depends on their number only. */
  find(given: string): ApiKey | undefined;
}

/** `X-API-Key: <key>`, or Centrifugo's `Authorization: apikey <key>`; empty where there is none. */
export function givenKey(headers: IncomingHttpHeaders): string {
  const header = headers["x-api-key"];
  if (typeof header === "string" && header !== "") return header;
  return /^apikey +(.+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
}

export function createApiKeys({ key, keys }: Settings["http_api"]): ApiKeys {
  const holders = keys.map((entry) => ({ isKey: createSecretCheck(entry.key), holder: createHolder(entry) }));
  if (key !== "") holders.push({ isKey: createSecretCheck(key), holder: hubsOwnKey });
  return {
    isEmpty: holders.length === 0,
    find: (given) => holders.filter(({ isKey }) => isKey(given))[0]?.holder,
  };
}

/** May do everything; also what the demo pages act by. */
export const hubsOwnKey: ApiKey = {
  name: "http_api.key",
  tenant: "",
  allows: () => true,
  require: () => undefined,
  reaches: () => true,
  isBound: false,
};

function createHolder({ name, scopes, namespaces }: Settings["http_api"]["keys"][number]): ApiKey {
  return {
    name,
    tenant: name,
    reaches: (namespace) => namespaces === undefined || namespaces.includes(namespace),
    isBound: namespaces !== undefined,
    allows: (scope) => scopes.includes(scope),
    require(scope) {
      if (scopes.includes(scope)) return;
      const has = scopes.map((own) => `\`${own}\``).join(", ");
      throw new ApiError(
        "forbidden",
        `permission denied: the key \`${name}\` lacks the scope \`${scope}\`; it has ${has} (http_api.keys)`,
      );
    },
  };
}
