/**
 * An element with properties and children. Children that are not nodes become text, never markup, which is why nothing a
 * message contains can act as HTML on these pages. Keys with a dash are attributes: `data-…` and `aria-…`.
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-")) node.setAttribute(key, value);
    else node[key] = value;
  }
  node.append(...children.filter((child) => child !== undefined));
  return node;
}

/** A sentence in which what stands between backticks is code. */
export function sentence(text) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? element("code", {}, part) : part));
}

/** The one element with this id; a page without it is a mistake worth an error. */
export function byId(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`the page has no element #${id}`);
  return node;
}
