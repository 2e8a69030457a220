/**
 * Lua with functions that a script seldom needs made when the first of them is asked for, and not each time it runs. Making a function and
 * collecting it again costs Redis as much as a small command, and what usually happens needs a third of them.
 *
 * Such a function is one of the tables `tasks` and `stock`, or one that only those use; its first line ends with `-- seldom`, or
 * {@link seldom} has said so of all that stand together. They may use whatever stands at the outermost level in front of the script's own
 * Lua (`body`), and nothing at the outermost level may use them but through their table.
 */
export function deferSeldom(prelude: string, body: string): string {
  const found: string[] = [];
  const take = (lua: string) =>
    lua.replaceAll(seldomPieces, (_, together?: string, alone?: string) => {
      found.push(together ?? alone ?? "");
      return "";
    });
  const [usualPrelude, usualBody] = [take(prelude), take(body)];
  const made = found.length === 0 ? "" : makeSeldom(found.join("\n"), /^local stock = /m.test(prelude));
  return withShared(`${usualPrelude}\n${made}\n${usualBody}`, tableOf(usualPrelude, usualBody));
}

/** Marks Lua of which nothing is needed as a rule. */
export function seldom(lua: string): string {
  return `${begin}\n${lua}\n${end}\n`;
}

const [begin, end] = ["-- seldom from here", "-- seldom to here"];
const seldomPieces = new RegExp(
  `^${begin}\\n([^]*?)^${end}\\n|^((?:local )?function [^\\n]* -- seldom\\n[^]*?^end\\n)`,
  "gm",
);

function makeSeldom(lua: string, hasStock: boolean): string {
  const tables = hasStock ? ["tasks", "stock"] : ["tasks"];
  const each = (value: string) => tables.map((table) => `setmetatable(${table}, ${value})\n`).join("");
  return `local function makeSeldom()
${each("nil")}${lua}
end
local seldom = { __index = function(functions, name)
makeSeldom()
return functions[name]
end }
${each("seldom")}`;
}

/**
 * The table `tasks`, made as large as it will be: one that grows is copied each time it doubles, and all that was left behind must be
 * collected.
 */
function tableOf(prelude: string, body: string): string {
  const names = [...`${prelude}\n${body}`.matchAll(/^function tasks\.(\w+)\(/gm)].map(([, name]) => `${name} = false`);
  return `{ ${names.join(", ")} }`;
}

/**
 * With what nearly all functions use around the script instead of in it. To find a local of the function it stands in, each function that is
 * made looks through all of those that others have found; what comes from further out is handed down.
 */
function withShared(lua: string, tasks: string): string {
  const shared = /^local call = redis\.call\nlocal tasks = \{\}$/m;
  if (!shared.test(lua)) return lua;
  return `local call, tasks = redis.call, ${tasks}\nreturn (function()\n${lua.replace(shared, "")}\nend)()`;
}
