import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Picture } from "./take-pictures.ts";

const style = `body { margin: 1rem; font: 14px/1.4 system-ui; background: #888; color: #fff }
section { display: flex; gap: 1rem; overflow-x: auto; align-items: start; padding-bottom: 1rem }
figure { margin: 0 } img { display: block; max-width: 40rem; max-height: 40rem }`;

/** All pictures in one page, those of a screen beside each other. */
export function writeIndex(folder: string, pictures: readonly Picture[]): void {
  const byScreen = Map.groupBy(pictures, ({ stage, screen }) => `${stage.name}: ${screen.name}`);
  const sections = Array.from(byScreen, ([title, own]) => {
    const figures = own.map(({ file, look: { lang, theme, width } }) => {
      const caption = `${lang}, ${theme}, ${width} px`;
      return `<figure><figcaption>${caption}</figcaption><a href="${file}"><img loading="lazy" src="${file}" alt="${title}, ${caption}"></a></figure>`;
    });
    return `<h2>${title}</h2>\n<section>${figures.join("\n")}</section>`;
  });
  const head = `<!doctype html><meta charset="utf-8"><title>Screens of the console</title><style>${style}</style>`;
  writeFileSync(join(folder, "index.html"), [head, ...sections, ""].join("\n"));
}
