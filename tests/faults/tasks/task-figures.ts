import type { TaskVerdict } from "./judge-tasks.ts";

/** The figures every verdict on tasks has, for the report. */
export function taskFigures({ promises, tasks, endsHeard, repeatedEffects, zombieEffects }: TaskVerdict) {
  return { tasks, endsHeard, ...promises, repeatedEffects, zombieEffects };
}

export function brokenTaskPromises({ promises, examples }: TaskVerdict): string[] {
  const broken = Object.entries(promises)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name}: ${count}`);
  return broken.length > 0 ? [...broken, ...examples] : [];
}
