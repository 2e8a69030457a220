import type { Credentials } from "./credentials.ts";

/** A word that a POSIX shell takes as it stands, whatever is in it. */
export function shellWord(text: string): string {
  return /^[-\w.:/=@%+,]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What the lines of README and docs expect to find in a shell. */
export function exportLines({ apiKey, tokenSecret }: Credentials): string[] {
  return [`export SWITCHYARD_API_KEY=${shellWord(apiKey)}`, `export SWITCHYARD_TOKEN_SECRET=${shellWord(tokenSecret)}`];
}
