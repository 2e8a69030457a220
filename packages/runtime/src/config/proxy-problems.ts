import Value from "typebox/value";

type Fields = Readonly<Record<string, unknown>>;

/** What hooks lack, or have too much of, where one setting depends on another. Looks before it touches: nothing is checked yet. */
export function proxyProblems(settings: unknown): string[] {
  const proxies = listAt(settings, "/proxies");
  const objects = [
    ...placesOfProxies.map((place) => ({ field: place, proxy: objectAt(settings, `/${place.replaceAll(".", "/")}`) })),
    ...proxies.map((proxy, index) => ({ field: `proxies[${index}]`, proxy })),
  ];
  return [
    ...objects.flatMap(({ field, proxy }) => proxyObjectProblems(field, proxy)),
    ...objects.flatMap(({ field, proxy }) => undeclared(field, proxy, objectAt(settings, "/handlers"))),
    ...repeatedNames(proxies),
    ...["connect", "refresh"].flatMap((event) => disabledByNothing(settings, event)),
    ...namespaceProblems(settings, proxies),
    ...pusherNamespaces(settings),
  ];
}

/** Where one stands by itself, beside those of `proxies`. */
export const placesOfProxies = [
  "client.proxy.connect",
  "client.proxy.refresh",
  "channel.proxy.subscribe",
  "channel.proxy.publish",
  "channel.proxy.sub_refresh",
  "rpc.proxy",
];

/** Of one way to ask by itself, wherever it stands. */
function proxyObjectProblems(field: string, { endpoint, handler }: Fields): string[] {
  return [...endpointProblems(field, endpoint), ...bothProblems(field, endpoint, handler)];
}

function undeclared(field: string, { handler }: Fields, handlers: Fields): string[] {
  if (typeof handler !== "string" || handler === "" || Object.hasOwn(handlers, handler)) return [];
  return [`${field}.handler: no handler \`${handler}\` is declared; add it to handlers`];
}

function endpointProblems(field: string, endpoint: unknown): string[] {
  if (typeof endpoint !== "string" || endpoint === "") return [];
  if (/^https?:\/\//.test(endpoint)) {
    return URL.canParse(endpoint)
      ? []
      : [`${field}.endpoint: must be a URL such as "https://app.example.com/hub/connect"`];
  }
  const isOther = /^[a-z]+:\/\//i.exec(endpoint)?.[0].toLowerCase() !== "grpc://";
  const what = isOther ? "must begin with http:// or https://" : "is gRPC";
  return [
    `${field}.endpoint: ${what}; gRPC back ends are not asked (Centrifugo takes every endpoint without http:// for one). Give your back end a path that takes the same fields as JSON by POST`,
  ];
}

function bothProblems(field: string, endpoint: unknown, handler: unknown): string[] {
  if (!isNamed(endpoint) || !isNamed(handler)) return [];
  return [`${field}.handler: must not be set beside endpoint; one of them decides`];
}

function repeatedNames(proxies: readonly Fields[]): string[] {
  const seen = new Set<unknown>();
  return proxies.flatMap(({ name }, index) => {
    const isRepeated = seen.has(name);
    seen.add(name);
    return isRepeated ? [`proxies[${index}].name: another has the same; every name must be its own`] : [];
  });
}

function disabledByNothing(settings: unknown, event: string): string[] {
  const proxy = objectAt(settings, `/client/proxy/${event}`);
  if (proxy["enabled"] !== true || decides(proxy)) return [];
  return [`client.proxy.${event}.endpoint: must be set, or handler, where the hook is enabled`];
}

const channelEvents = ["subscribe", "publish", "sub_refresh"];

function namespaceProblems(settings: unknown, proxies: readonly Fields[]): string[] {
  const places = [
    { field: "channel.without_namespace", options: objectAt(settings, "/channel/without_namespace") },
    ...listAt(settings, "/channel/namespaces").map((options, index) => ({
      field: `channel.namespaces[${index}]`,
      options,
    })),
  ];
  return places.flatMap(({ field, options }) =>
    channelEvents.flatMap((event) => {
      if (options[`${event}_proxy_enabled`] !== true) return [];
      const problem = chosenProblem(options[`${event}_proxy_name`], {
        proxies,
        standard: objectAt(settings, `/channel/proxy/${event}`),
        standardField: `channel.proxy.${event}`,
      });
      return problem === undefined ? [] : [`${field}.${event}_proxy_name: ${problem}`];
    }),
  );
}

export interface Choice {
  readonly proxies: readonly Fields[];
  /** What `default` means here, and where it stands. */
  readonly standard: Fields;
  readonly standardField: string;
}

/** Why a place of the settings cannot choose a proxy by this name; undefined when it can. */
export function chosenProblem(name: unknown, { proxies, standard, standardField }: Choice): string | undefined {
  if (name === "default" || name === undefined) {
    return decides(standard) ? undefined : `\`default\` is ${standardField}, which has neither endpoint nor handler`;
  }
  const named = proxies.find((proxy) => proxy["name"] === name);
  if (named === undefined) return `no proxy ${JSON.stringify(name)} is in proxies`;
  return decides(named) ? undefined : `the proxy ${JSON.stringify(name)} has neither endpoint nor handler`;
}

/** Clients of that door are let into channels by their app's signature; it would let them past the back end. */
function pusherNamespaces(settings: unknown): string[] {
  const ofApps = new Set(listAt(settings, "/pusher/apps").map(({ namespace }) => namespace));
  return listAt(settings, "/channel/namespaces").flatMap((options, index) => {
    if (!ofApps.has(options["name"])) return [];
    return ["subscribe", "publish"].flatMap((event) =>
      options[`${event}_proxy_enabled`] === true
        ? [
            `channel.namespaces[${index}].${event}_proxy_enabled: cannot be had in the namespace of a Pusher app, whose clients are let in by its signature`,
          ]
        : [],
    );
  });
}

function decides({ endpoint, handler }: Fields): boolean {
  return isNamed(endpoint) || isNamed(handler);
}

function isNamed(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function objectAt(settings: unknown, pointer: string): Fields {
  return asFields(Value.Pointer.Get(settings, pointer));
}

function listAt(settings: unknown, pointer: string): readonly Fields[] {
  const list: unknown = Value.Pointer.Get(settings, pointer);
  return (Array.isArray(list) ? list : []).map(asFields);
}

function asFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
