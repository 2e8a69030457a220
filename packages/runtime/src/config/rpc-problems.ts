import Value from "typebox/value";
import { chosenProblem, type Choice } from "./proxy-problems.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A client gives a command up after 5 s. */
/** Methods of the hub's own, which no namespace may stand before. */
const ownPrefixes = ["inbox", "task", "channel"];

/** Of `rpc`, where one setting depends on another. Looks before it touches: nothing is checked yet. */
export function rpcProblems(settings: unknown): string[] {
  const namespaces: unknown = Value.Pointer.Get(settings, "/rpc/namespaces");
  const list = Array.isArray(namespaces) ? namespaces.map(asFields) : [];
  const proxies: unknown = Value.Pointer.Get(settings, "/proxies");
  const known = {
    handlers: asFields(Value.Pointer.Get(settings, "/handlers")),
    proxies: Array.isArray(proxies) ? proxies.map(asFields) : [],
    standard: asFields(Value.Pointer.Get(settings, "/rpc/proxy")),
    standardField: "rpc.proxy",
  };
  const places = [
    { field: "rpc.without_namespace", options: asFields(Value.Pointer.Get(settings, "/rpc/without_namespace")) },
    ...list.map((options, index) => ({ field: `rpc.namespaces[${index}]`, options })),
  ];
  return [...takenNames(list, settings), ...places.flatMap((place) => methodProblems(place, known))];
}

function takenNames(namespaces: readonly Fields[], settings: unknown): string[] {
  const seen = new Set<unknown>(Value.Pointer.Get(settings, "/rpc/namespace_boundary") === "." ? ownPrefixes : []);
  return namespaces.flatMap(({ name }, index) => {
    const isTaken = seen.has(name);
    seen.add(name);
    return isTaken ? [`rpc.namespaces[${index}].name: \`${String(name)}\` is taken; choose another name`] : [];
  });
}

interface Place {
  readonly field: string;
  readonly options: Fields;
}

function methodProblems({ field, options }: Place, { handlers, ...choice }: Choice & { readonly handlers: Fields }) {
  const { handler, task, proxy_enabled: isAsked, proxy_name: name } = options;
  const isNamed = typeof handler === "string" && handler !== "";
  const problems: string[] = [];
  const chosen = isAsked === true ? chosenProblem(name, choice) : undefined;
  if (chosen !== undefined) problems.push(`${field}.proxy_name: ${chosen}`);
  if (isAsked === true && isNamed)
    problems.push(`${field}.handler: must not be set beside proxy_enabled; one of them answers`);
  if (isNamed && !Object.hasOwn(handlers, handler))
    problems.push(`${field}.handler: no handler \`${handler}\` is declared; add it to handlers`);
  if (task === true && !isNamed)
    problems.push(`${field}.task: must have a handler beside it, whose tasks calls become`);
  return problems;
}

function asFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
