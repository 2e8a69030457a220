import { errorText } from "@switchyard/runtime/error-text";

/**
 * Whether a command that failed may have been carried out all the same: it was sent, and its answer was lost. False only where
 * that is certain: it never left this process, or Redis said that it would not. What fails in an unknown way may have run.
 *
 * Of a script the refusals below mean the same, because each of ours begins with reading and writes its data first: the
 * first write that is refused is the first write.
 */
export function mayHaveRun(error: unknown): boolean {
  return !/^(?:Stream isn't writeable|Redis is not connected$|LOADING|BUSY |OOM|MISCONF|READONLY|MASTERDOWN|NOREPLICAS|NOAUTH|NOPERM|CLUSTERDOWN)/.test(
    errorText(error),
  );
}
