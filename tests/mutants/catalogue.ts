import { hubMutants } from "./catalogue/hub.ts";
import type { MutantGroup } from "./mutant.ts";

/** Every promise that is broken on purpose. */
export const groups: readonly MutantGroup[] = [hubMutants];
