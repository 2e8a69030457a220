/** A line a command wrote for us. */
export type CommandLine =
  | { readonly kind: "progress"; readonly percent: number; readonly message: string | undefined }
  | { readonly kind: "result"; readonly result: unknown };

/** Undefined for every line that is not one of ours: programs print what they like. */
export function parseCommandLine(text: string): CommandLine | undefined {
  if (!text.startsWith("{")) return undefined;
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
