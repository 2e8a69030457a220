import Value from "typebox/value";
import { alertProblems } from "./alert-settings.ts";
import { isLoopback } from "../client-address.ts";
import { reservedNamespaceNames } from "./channel-section.ts";
import { proxyProblems } from "./proxy-problems.ts";
import { oidcProblems } from "./oidc-problems.ts";
import { breakGlassName } from "./ops-section.ts";
import { parseChannelTemplate } from "./channel-template.ts";
import { rpcProblems } from "./rpc-problems.ts";
import { eventProblems } from "./event-problems.ts";

/** Rules between fields, which a schema cannot say. Runs on unchecked input, so it looks before it touches. */
export function crossFieldProblems(settings: unknown): string[] {
  const namespaces = listAt(settings, "/channel/namespaces").map((namespace) => namespace["name"]);
  return [
    ...takenNames(namespaces),
    ...filtersOfConflated(settings),
    ...repeatedKeys(settings),
    ...unknownNamespaces(settings, namespaces),
    ...pusherProblems(settings, namespaces),
    ...unusableTemplates(settings, namespaces),
    ...openToStrangers(settings),
    ...crossedBounds(settings),
    ...rpcProblems(settings),
    ...eventProblems(settings),
    ...proxyProblems(settings),
    ...takenUserNames(settings),
    ...alertProblems(settings),
    ...oidcProblems(settings),
  ];
}

function takenNames(namespaces: readonly unknown[]): string[] {
  const seen = new Set<unknown>(reservedNamespaceNames);
  return namespaces.flatMap((name, index) => {
    const isTaken = seen.has(name);
    seen.add(name);
    return isTaken ? [`channel.namespaces[${index}].name: \`${String(name)}\` is taken; choose another name`] : [];
  });
}

/**
 * A conflated channel drops all but the newest publication before a filter sees it, so a subscriber would miss what its filter lets
 * through whenever something else comes after it.
 */
function filtersOfConflated(settings: unknown): string[] {
  const places = listAt(settings, "/channel/namespaces").map((options, index) => ({
    at: `namespaces[${index}]`,
    options,
  }));
  const withoutNamespace = Value.Pointer.Get(settings, "/channel/without_namespace") as
    | Record<string, unknown>
    | undefined;
  return [{ at: "without_namespace", options: withoutNamespace ?? {} }, ...places].flatMap(({ at, options }) => {
    const { allow_tags_filter: filters, conflate_interval: interval } = options;
    if (filters !== true || !(Number.parseFloat(String(interval)) > 0)) return [];
    return [
      `channel.${at}.allow_tags_filter: cannot be had with conflate_interval, which drops publications that a filter would let through; turn one of them off`,
    ];
  });
}

/** Two holders of one key could not be told apart, and the second's scopes would never apply. */
function repeatedKeys(settings: unknown): string[] {
  const seen = { name: new Set<unknown>(), key: new Set([Value.Pointer.Get(settings, "/http_api/key")]) };
  return listAt(settings, "/http_api/keys").flatMap((entry, index) =>
    (["name", "key"] as const).flatMap((field) => {
      const value = entry[field];
      if (value === undefined) return [];
      const problem = `http_api.keys[${index}].${field}: another key has the same; every ${field} must be its own`;
      const isRepeated = seen[field].has(value);
      seen[field].add(value);
      return isRepeated ? [problem] : [];
    }),
  );
}

/** The audit would not tell one from the other. */
function takenUserNames(settings: unknown): string[] {
  const seen = new Set<unknown>([breakGlassName]);
  return listAt(settings, "/ops/users").flatMap(({ name }, index) => {
    const isTaken = seen.has(name);
    seen.add(name);
    return isTaken ? [`ops.users[${index}].name: \`${String(name)}\` is taken; choose another name`] : [];
  });
}

/** A key bound to a namespace that does not exist would be a key for nothing. */
function unknownNamespaces(settings: unknown, namespaces: readonly unknown[]): string[] {
  const known = new Set<unknown>(["", ...reservedNamespaceNames, ...namespaces]);
  return listAt(settings, "/http_api/keys").flatMap(({ namespaces: bound }, index) =>
    (Array.isArray(bound) ? bound : []).flatMap((name: unknown, place) =>
      known.has(name)
        ? []
        : [`http_api.keys[${index}].namespaces[${place}]: no namespace \`${String(name)}\` is configured`],
    ),
  );
}

/** Two apps with something in common would hear each other, or could not be told apart. */
function pusherProblems(settings: unknown, namespaces: readonly unknown[]): string[] {
  const seen = { id: new Set<unknown>(), key: new Set<unknown>(), namespace: new Set<unknown>() };
  return listAt(settings, "/pusher/apps").flatMap((app, index) => {
    const repeated = (["id", "key", "namespace"] as const).flatMap((field) => {
      const isRepeated = app[field] !== undefined && seen[field].has(app[field]);
      seen[field].add(app[field]);
      return isRepeated
        ? [`pusher.apps[${index}].${field}: another app has the same; every ${field} must be its own`]
        : [];
    });
    const { namespace } = app;
    const isUnknown = typeof namespace === "string" && !namespaces.includes(namespace);
    const unknown = `pusher.apps[${index}].namespace: no namespace \`${String(namespace)}\` is in channel.namespaces`;
    return isUnknown ? [...repeated, unknown] : repeated;
  });
}

/** Settings that hold lists of channel templates. */
const templateLists = ["/plain/channels", "/plain/publish", "/udp/channels"];

function unusableTemplates(settings: unknown, namespaces: readonly unknown[]): string[] {
  const known = new Set<unknown>(["", ...reservedNamespaceNames, ...namespaces]);
  return templateLists.flatMap((pointer) => {
    const list: unknown = Value.Pointer.Get(settings, pointer);
    return (Array.isArray(list) ? list : []).flatMap((text: unknown, index) => {
      if (typeof text !== "string") return [];
      const { template, problem } = parseChannelTemplate(text);
      const field = `${pointer.slice(1).replaceAll("/", ".")}[${index}]`;
      if (template === undefined) return [`${field}: ${problem}`];
      if (known.has(template.namespace)) return [];
      return [`${field}: no namespace \`${template.namespace}\` is configured; add it to channel.namespaces`];
    });
  });
}

/** Whoever reaches the text port may push to everybody, so beyond this machine it asks for a secret. */
function openToStrangers(settings: unknown): string[] {
  const { enabled, host, secret } = (Value.Pointer.Get(settings, "/text") ?? {}) as Record<string, unknown>;
  const isOfThisMachine = host === "localhost" || isLoopback(String(host));
  if (enabled !== true || secret !== "" || isOfThisMachine) return [];
  return [
    "text.secret: must be set where text.host is not of this machine, or everybody who reaches the port may push",
  ];
}

function crossedBounds(settings: unknown): string[] {
  const { min, max } = (Value.Pointer.Get(settings, "/worker/processes") ?? {}) as Record<string, unknown>;
  if (typeof min !== "number" || typeof max !== "number" || min <= max) return [];
  return [`worker.processes.max: ${max} is less than worker.processes.min, which is ${min}; raise it`];
}

function listAt(settings: unknown, pointer: string): readonly Readonly<Record<string, unknown>>[] {
  const list: unknown = Value.Pointer.Get(settings, pointer);
  return (Array.isArray(list) ? list : []).map((entry) => (entry ?? {}) as Record<string, unknown>);
}
