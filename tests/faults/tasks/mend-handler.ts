import { existsSync } from "node:fs";
import type { Handler } from "@switchyard/tasks/handler";
import { noteEffect } from "./effect-log.ts";

/** A task whose service is away until somebody has mended it. */
export interface MendWork {
  /** Path of the effect log; one line for each execution. */
  readonly log: string;
  /** What fails again, although everything is mended, is never well. */
  readonly name: "mends" | "never";
  /** Path of a file: there once the service is. */
  readonly mended: string;
}

const mend: Handler<MendWork> = ({ log, name, mended }, { taskId, group, token }) => {
  noteEffect(log, { kind: "effect", task: taskId, group, token, name });
  if (name === "never" || !existsSync(mended)) throw new Error("smtp timeout after 30 s");
  return { name };
};

// oxlint-disable-next-line import/no-default-export -- what the catalog loads.
export default mend;
