import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/**
 * What people paste from the pages goes to the hub that `SWITCHYARD_URL` names, as `npm start` on another port sets it: a line with an
 * address of its own would reach nobody, or somebody else's hub on the same machine, with this one's key.
 */

const root = new URL("../", import.meta.url);
const pages = globSync(["README.md", "{docs,handlers,tests}/**/*.md"], { cwd: root }).map((path) => ({
  path,
  text: readFileSync(new URL(path, root), "utf8"),
}));

/** The one way in each language; a page in a browser cannot read it. */
const ways: Readonly<Record<string, string>> = {
  sh: "${SWITCHYARD_URL:-http://localhost:8000}",
  php: "getenv('SWITCHYARD_URL') ?: 'http://localhost:8000'",
  python: 'os.environ.get("SWITCHYARD_URL", "http://localhost:8000")',
  js: 'process.env.SWITCHYARD_URL ?? "http://localhost:8000"',
};
const address = /(?:localhost|127\.0\.0\.1):8000/;
const isOfBrowser = (code: string) => !/process\.env|from "node:|from "ws"|from "centrifuge"/.test(code);

function fixedAddresses(text: string): string[] {
  const blocks = Array.from(text.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```/gm));
  const bad = blocks.filter(([, language = "", code = ""]) => {
    const way = ways[language];
    if (way === undefined || (language === "js" && isOfBrowser(code))) return false;
    return address.test(code.replaceAll(way, ""));
  });
  const inLine = Array.from(text.matchAll(/`(curl [^`]*)`/g)).filter(([, code = ""]) =>
    address.test(code.replaceAll(String(ways["sh"]), "")),
  );
  return [...bad, ...inLine].map(([whole]) => whole);
}

test("every block of a page that calls the hub takes its address from SWITCHYARD_URL", () => {
  expect(pages.filter(({ text }) => Object.values(ways).some((way) => text.includes(way))).length).toBeGreaterThan(10);
  expect(pages.flatMap(({ path, text }) => fixedAddresses(text).map((block) => `${path}: ${block}`))).toEqual([]);
});

test.each(["```sh\ncurl http://localhost:8000/api\n```\n", '```python\nurl = "http://127.0.0.1:8000"\n```\n'])(
  "%j would be found",
  (text) => {
    expect(fixedAddresses(text)).toHaveLength(1);
  },
);
