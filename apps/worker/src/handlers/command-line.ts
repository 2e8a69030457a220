/** A line a command wrote for us. */
export type CommandLine =
  | { readonly kind: "progress"; readonly percent: number; readonly message: string | undefined }
  | { readonly kind: "result"; readonly result: unknown };

/** Of a line that has not been read to its end: whether it can become one of ours. */
export function mayBeCommandLine(text: string): boolean {
  return text.trimStart().startsWith("{");
}

/** Undefined for every line that is not one of ours: programs print what they like. */
export function parseCommandLine(text: string): CommandLine | undefined {
  if (!mayBeCommandLine(text)) return undefined;
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { progress, message, result } = line as { progress?: unknown; message?: unknown; result?: unknown };
  // A null result is a result.
  if (result !== undefined) return { kind: "result", result };
  if (typeof progress !== "number") return undefined;
  return { kind: "progress", percent: progress, message: typeof message === "string" ? message : undefined };
}
