import type { Scope } from "../scope.ts";

/** What a queue item of PHP tutorials calls its fields, and what we do. `data` is `data`. */
const names: Readonly<Record<string, string>> = { 处理脚本: "handler", 分组: "group" };

/** A result is there once it was processed, so an item that is to be has none yet. */
const resultName = "处理结果";
const noResult: ReadonlySet<unknown> = new Set(["0", 0, ""]);

/**
 * Lets a scope take tasks as `{"处理脚本": "test", "data": {…}, "分组": "1", "处理结果": "0"}` (`tasks.chinese_names`), one or a list. A name that
 * stands beside its English one, and a result that is there already, stay what they are: fields nobody knows, refused by name.
 */
export function takeChineseNames(scope: Scope): void {
  scope.addHook("preValidation", async (request) => {
    const { url } = request.routeOptions;
    if (url === "/v1/tasks") request.body = rename(request.body);
    if (url !== "/v1/tasks/batch") return;
    const { tasks } = (request.body ?? {}) as { tasks?: unknown };
    if (Array.isArray(tasks)) request.body = { ...(request.body as object), tasks: tasks.map(rename) };
  });
}

/** The values themselves stay what they are, down to the digits of their numbers. */
function rename(item: unknown): unknown {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return item;
  const fields = Object.entries(item).filter(([name, value]) => name !== resultName || !noResult.has(value));
  return Object.fromEntries(
    fields.map(([name, value]) => {
      const known = Object.hasOwn(names, name) ? names[name] : undefined;
      return [known === undefined || Object.hasOwn(item, known) ? name : known, value];
    }),
  );
}
