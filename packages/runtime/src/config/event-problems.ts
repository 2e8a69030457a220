import Value from "typebox/value";

type Fields = Readonly<Record<string, unknown>>;

/** What a receiver of events cannot be, and events that nobody would be told of. Runs on unchecked input, so it looks before it touches. */
export function eventProblems(settings: unknown): string[] {
  const receivers = listAt(settings, "/events/receivers");
  return [
    ...receivers.flatMap((receiver, index) => receiverProblems(settings, receiver, `events.receivers[${index}]`)),
    ...repeated(receivers),
    ...untold(settings, receivers.length),
  ];
}

function receiverProblems(settings: unknown, { url, handler, secret }: Fields, at: string): string[] {
  const hasUrl = isGiven(url);
  if (hasUrl === isGiven(handler)) return [`${at}: needs either url or handler`];
  if (hasUrl) return isGiven(secret) ? [] : [`${at}.secret: is missing; what is sent to a url is signed`];
  const handlers = Value.Pointer.Get(settings, "/handlers") as Fields | undefined;
  return Object.hasOwn(handlers ?? {}, String(handler))
    ? []
    : [`${at}.handler: no handler \`${String(handler)}\` is declared`];
}

function repeated(receivers: readonly Fields[]): string[] {
  const seen = new Set<unknown>();
  return receivers.flatMap(({ name }, index) => {
    const isRepeated = seen.has(name);
    seen.add(name);
    return isRepeated
      ? [`events.receivers[${index}].name: another receiver has the same; every name must be its own`]
      : [];
  });
}

/** Somebody waits for these, in vain. */
function untold(settings: unknown, receivers: number): string[] {
  const namespaces = listAt(settings, "/channel/namespaces").map(({ events }, index) => [
    `channel.namespaces[${index}].events`,
    events,
  ]);
  const others = ["channel.without_namespace.events", "events.kinds"].map((field) => [
    field,
    Value.Pointer.Get(settings, `/${field.replaceAll(".", "/")}`),
  ]);
  const asked = [...namespaces, ...others].filter(([, kinds]) => Array.isArray(kinds) && kinds.length > 0);
  const isIndexed = Value.Pointer.Get(settings, "/events/connection_index") !== false;
  return asked.flatMap(([field]) => {
    if (receivers === 0) return [`${String(field)}: nobody is told; add events.receivers`];
    return isIndexed ? [] : [`${String(field)}: needs events.connection_index, which is off`];
  });
}

function isGiven(text: unknown): boolean {
  return text !== undefined && text !== "";
}

function listAt(settings: unknown, pointer: string): readonly Fields[] {
  const list: unknown = Value.Pointer.Get(settings, pointer);
  return (Array.isArray(list) ? list : []).map((entry) => (entry ?? {}) as Fields);
}
