/** A demo page as it lies in its file: a line with its title, and its `main`. */
export interface PageSource {
  /** Names its style and its script too. */
  readonly name: string;
  readonly html: string;
}

/**
 * Puts a page into the layout all of them share. `{{title}}`, `{{name}}` and `{{main}}` are the layout's places, and its link to
 * this page is marked as the current one.
 * @throws Error when the page does not begin with its title
 */
export function renderPage(layout: string, { name, html }: PageSource): string {
  const [, title, main] = /^<title>(.*)<\/title>\n([^]*)$/.exec(html) ?? [];
  if (title === undefined || main === undefined) throw new Error(`${name}.html does not begin with a title`);
  // As functions, so that a `$` in a page is no pattern.
  return layout
    .replace("{{title}}", () => title)
    .replaceAll("{{name}}", () => name)
    .replace(`href="${name}.html"`, (link) => `${link} aria-current="page"`)
    .replace("{{main}}", () => main.trim());
}
