import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

// Runs before `npm start` and `npm test`, on whatever Node runs npm, hence plain JavaScript: is the Node 26 that npm brought
// able to run? Its binary needs libatomic, which a minimal Debian does not have.

const node = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));
const packages = { "libatomic.so.1": "libatomic1", "libstdc++.so.6": "libstdc++6" };

function missingLibrary() {
  const { status, error, stderr } = spawnSync(node, ["--version"], { encoding: "utf8" });
  if (status === 0) return undefined;
  if (error !== undefined)
    stop(
      existsSync(new URL("../../../node_modules/node/package.json", import.meta.url))
        ? "node_modules is there, but not the program of its package `node`, which an install script fetches; run `npm rebuild node --ignore-scripts=false`, or `npm ci` again"
        : "node_modules/.bin/node is missing; run `npm ci`, and let the install script of the package `node` run",
    );
  const library = /loading shared libraries: (\S+):/.exec(stderr)?.[1];
  return library ?? stop(`the Node 26 that npm brought cannot run here: ${stderr.trim()}`);
}

function install(name) {
  process.stdout.write(`switchyard: Node 26 needs ${name}; installing it with apt-get\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (...words) => spawnSync("apt-get", words, { env, encoding: "utf8" });
  // Without network for the lists, the ones that are there may do.
  apt("-qq", "update");
  const { status, stdout, stderr } = apt("-qq", "install", "--yes", "--no-install-recommends", name);
  if (status !== 0) stop(`apt-get could not install ${name}:\n${stdout}${stderr}`);
}

/** @returns {never} */
function stop(message) {
  process.stderr.write(`switchyard: ${message}\n`);
  process.exit(1);
}

const library = missingLibrary();
if (library !== undefined) {
  const name = packages[library];
  const canInstall = process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0;
  if (name === undefined || !canInstall) {
    stop(
      `Node 26 needs ${library}, which is not installed. Debian, Ubuntu: apt-get install ${name ?? library}. Fedora: dnf install libatomic`,
    );
  }
  install(name);
  const still = missingLibrary();
  if (still !== undefined) stop(`Node 26 still misses ${still}`);
}
