/**
 * Modules of others that the console imports by name. The api serves their files and tells the page where they are by an import map;
 * no page loads this file.
 */
export const vendorModules = ["preact", "preact/hooks", "@preact/signals", "@preact/signals-core"] as const;
export type VendorModule = (typeof vendorModules)[number];

/** Found from here and not from the api: they are dependencies of this package alone. */
export function findVendorFile(module: VendorModule): string {
  return import.meta.resolve(module);
}

/** Of this package, with a slash at its end. */
export const consoleFolder = new URL("../", import.meta.url).href;
