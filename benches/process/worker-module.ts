/** A module of this folder that serves calls, by its path without the ending: `"load/load-process"`. */
export function workerModule(path: string): URL {
  return new URL(`../${path}.ts`, import.meta.url);
}
