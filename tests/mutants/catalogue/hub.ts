import type { MutantGroup } from "../mutant.ts";

export const hubMutants: MutantGroup = {
  name: "hub",
  root: "apps/gateway/src/hub",
  tests: ["apps/gateway/src/hub"],
  mutants: [
    {
      file: "conflation.ts",
      find: "this.#flush(waiting, this.#first ?? waiting);",
      replace: "this.#flush(waiting, waiting);",
      breaks: "A conflated publication stands for its whole run, so that subscribers see no gap.",
    },
    {
      file: "conflation.ts",
      find: "publication.offset === waiting.offset + 1",
      replace: "publication.offset > waiting.offset",
      breaks: "A hole inside a conflated run shows as a gap.",
    },
  ],
};
