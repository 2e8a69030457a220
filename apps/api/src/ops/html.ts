/** Text that is HTML. Whatever else is put into a page is escaped where it is put in, so there is no place to forget it. */
export interface Markup {
  readonly html: string;
}

type Part = string | number | Markup | readonly Markup[] | false | null | undefined;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A piece of a page: `html` before a template. Attributes stand in double quotes. What is absent or false leaves nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: texts.map((text, index) => text + render(parts[index])).join("") };
}

function render(part: Part): string {
  if (part === undefined || part === null || part === false) return "";
  if (typeof part !== "object") return String(part).replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
  return "html" in part ? part.html : part.map((one) => one.html).join("\n");
}
