import type { Credentials } from "./credentials.ts";

/** A word that a POSIX shell takes as it stands, whatever is in it. */
export function shellWord(text: string): string {
  return /^[-\w.:/=@%+,]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What the lines of README and docs expect to find in a shell. @param port the front door's */
export function exportLines({ apiKey, tokenSecret }: Credentials, port: number): string[] {
  return [
    `export SWITCHYARD_API_KEY=${shellWord(apiKey)}`,
    `export SWITCHYARD_TOKEN_SECRET=${shellWord(tokenSecret)}`,
    `export SWITCHYARD_URL=http://localhost:${port}`,
  ];
}

/** What a person wants to know besides. A comment, as the lines are evaluated; the last one, as not everybody quotes them. */
export function passwordLine({ opsPassword }: Credentials, port: number): string {
  return `# http://localhost:${port}/ops/queues: password ${opsPassword}`;
}
