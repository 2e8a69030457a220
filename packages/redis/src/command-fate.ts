import { errorText } from "@switchyard/runtime/error-text";

/**
 * What has become of a command that failed.
 *
 * - `refused`: nothing was done, and later it may be. It never left this process, or Redis answered that it does not do this now:
 *   it is full, a replica, loading, or without its disk. Of a script this means the same, because each of ours begins with reading
 *   and writes its data first: the first write that is refused is the first write.
 * - `failed`: Redis answered with any other error: what lies there is of another kind, or a script has a fault. To repeat it is to be
 *   answered the same. A single command has done nothing then; a script has done what stands before its fault.
 * - `unknown`: it was sent and its answer was lost, or it is a work of several commands of which some were refused. It may have been
 *   done. So may what fails in a way nobody knows.
 */
export type CommandFate = "refused" | "failed" | "unknown";

export function fateOf(error: unknown): CommandFate {
  const isRefused =
    /^(?:Stream isn't writeable|Redis is not connected$|LOADING|BUSY |OOM|MISCONF|READONLY|MASTERDOWN|NOREPLICAS|NOAUTH|NOPERM|NOSCRIPT|CLUSTERDOWN|TRYAGAIN|EXECABORT)/.test(
      errorText(error),
    );
  if (isRefused) return "refused";
  return hasFailed(error) ? "failed" : "unknown";
}

/** Whether the error is what Redis has said, and not what became of the connection. By the name the client library gives it. */
export function isAnswer(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}

/** Also as the cause of what others made of it. */
function hasFailed(error: unknown): boolean {
  if (isAnswer(error)) return fateOf(error.message) !== "refused";
  return error instanceof Error && error.cause !== undefined && hasFailed(error.cause);
}
