import manifest from "../package.json" with { type: "json" };

/** What clients are told in the connect reply. */
export const version: string = `switchyard ${manifest.version}`;
