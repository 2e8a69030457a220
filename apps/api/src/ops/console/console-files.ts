import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { consoleFolder, findVendorFile, vendorModules } from "@switchyard/console/vendor";
import { stripTypes } from "./strip-types.ts";

/** Everything the console of one version is made of, as it is served. */
export interface ConsoleFiles {
  /** Of all files and their names. It stands in their addresses, so a browser keeps them for ever and never mixes two versions. */
  readonly hash: string;
  /** By path, such as `main.ts`. */
  readonly files: ReadonlyMap<string, ConsoleFile>;
  /** Name of a module to path of its file. */
  readonly imports: Readonly<Record<string, string>>;
  /** Paths of the modules that are loaded before anything is shown. */
  readonly first: readonly string[];
}

export interface ConsoleFile {
  readonly type: string;
  readonly body: Buffer;
  readonly packed: Buffer;
}

/** A mime table would call `.ts` a video, which no browser runs. */
const script = "text/javascript; charset=utf-8";
const folder = fileURLToPath(consoleFolder);
/** Ten times what it is. */
const unpackedMaxBytes = 4_194_304;

/** Takes a quarter of a second, most of it for Node's first stripping of types. */
export async function readConsoleFiles(): Promise<ConsoleFiles> {
  const found = await Promise.all([readScripts(), readVendor(), readLook()]);
  const texts = new Map(found.flat().toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return {
    ...hashed(texts),
    imports: Object.fromEntries(vendorModules.map((name) => [name, vendorPath(name)])),
    first: loadedFirst(texts),
  };
}

type HashedFiles = Pick<ConsoleFiles, "hash" | "files">;

function hashed(texts: ReadonlyMap<string, Read[1]>): HashedFiles {
  const digest = createHash("sha256");
  for (const [path, { type, text }] of texts) digest.update(JSON.stringify([path, type, text]));
  return {
    hash: digest.digest("base64url").slice(0, 16),
    files: new Map([...texts].map(([path, { type, text }]) => [path, pack(type, text)])),
  };
}

/** To be kept where other apis find it. */
export function packConsole({ files }: HashedFiles): Buffer {
  const read = [...files].map(([path, { type, body }]): Read => [path, { type, text: body.toString() }]);
  return gzipSync(JSON.stringify(read), { level: 9 });
}

/** The files again, of which the hash tells whether they are those that were packed. @throws Error for what nobody has packed */
export function unpackConsole(packed: Buffer): HashedFiles {
  const text = gunzipSync(packed, { maxOutputLength: unpackedMaxBytes }).toString();
  return hashed(new Map(JSON.parse(text) as Read[]));
}

type Read = [path: string, file: { readonly type: string; readonly text: string }];

async function readScripts(): Promise<Read[]> {
  const paths = globSync("src/**/*.ts", { cwd: folder }).filter((path) => !path.endsWith(".test.ts"));
  return Promise.all(
    paths.map(async (path): Promise<Read> => {
      const text = stripTypes(await readFile(folder + path, "utf8"));
      return [path.slice("src/".length), { type: script, text }];
    }),
  );
}

async function readVendor(): Promise<Read[]> {
  return Promise.all(
    vendorModules.map(async (name): Promise<Read> => {
      const text = await readFile(new URL(findVendorFile(name)), "utf8");
      // Its map is not served.
      return [vendorPath(name), { type: script, text: text.replace(/\/\/# sourceMappingURL=.*\s*$/, "") }];
    }),
  );
}

const vendorPath = (name: string) => `vendor/${name.replaceAll(/\W+/g, "-").replace(/^-/, "")}.mjs`;

/** One sheet, the tokens first and the others by their names. */
async function readLook(): Promise<Read[]> {
  const [mark, ...sheets] = await Promise.all(
    ["mark.svg", "tokens.css", ...sheetNames()].map((name) => readFile(`${folder}look/${name}`, "utf8")),
  );
  return [
    ["console.css", { type: "text/css; charset=utf-8", text: sheets.join("\n") }],
    ["mark.svg", { type: "image/svg+xml", text: mark ?? "" }],
  ];
}

const sheetNames = () =>
  globSync("*.css", { cwd: `${folder}look` })
    .filter((name) => name !== "tokens.css")
    .toSorted();

function pack(type: string, text: string): ConsoleFile {
  const body = Buffer.from(text);
  return { type, body, packed: gzipSync(body, { level: 9 }) };
}

/** What main.ts imports, and what that imports. Screens are imported when they are opened, which looks otherwise. */
function loadedFirst(texts: ReadonlyMap<string, { readonly text: string }>): readonly string[] {
  const paths = new Set(["main.ts"]);
  for (const path of paths) {
    for (const [, specifier = ""] of (texts.get(path)?.text ?? "").matchAll(/\bfrom\s*"(\.[^"]+)"/g)) {
      paths.add(new URL(specifier, `file:///${path}`).pathname.slice(1));
    }
  }
  return [...paths];
}
