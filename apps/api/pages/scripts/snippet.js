import { byId, element } from "./element.js";

/**
 * Fills a `<figure class="snippet">` with code and brings its copy button to life. The figure's HTML already has as many
 * lines, so nothing moves when this runs.
 */
export function showSnippet(id, code) {
  const figure = byId(id);
  const target = figure.querySelector("code");
  target.replaceChildren(...highlight(code));
  const button = figure.querySelector("button");
  button.onclick = async () => {
    const copied = await copy(code);
    if (!copied) getSelection().selectAllChildren(target);
    button.textContent = copied ? "Copied" : "Press Ctrl C";
    setTimeout(() => (button.textContent = "Copy"), 1600);
  };
}

/** A request as one would paste it into a shell. */
export function curlLine({ url, apiKey, body }) {
  const key = `-H ${shellQuote(`X-API-Key: ${apiKey}`)}`;
  if (body === undefined) return `curl ${shellQuote(url)} \\\n  ${key}`;
  return `curl ${url} \\\n  ${key} \\\n  -H 'Content-Type: application/json' \\\n  -d ${shellQuote(JSON.stringify(body))}`;
}

/** Single quotes keep everything from the shell, but a single quote itself has to step outside of them. */
function shellQuote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Resolves to false where the browser withholds the clipboard, as it does on plain-http addresses of a local network. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

const tokens = /('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|((?:^|\s)(?:#|\/\/).*$)|(\$\w+|(?<=\s)-\w\b)/gm;

/** Strings, remarks and names get a colour; that much is enough to read a request by. */
function highlight(code) {
  const parts = [];
  let end = 0;
  for (const match of code.matchAll(tokens)) {
    const [text, string, remark] = match;
    parts.push(code.slice(end, match.index));
    parts.push(element("span", { className: string ? "string" : remark ? "remark" : "name" }, text));
    end = match.index + text.length;
  }
  return [...parts, code.slice(end)];
}
