import type { MutantGroup } from "../mutant.ts";

/** What a file of Centrifugo's is said to be here. */
export const fromCentrifugoMutants: MutantGroup = {
  name: "from-centrifugo",
  root: "apps/from-centrifugo/src",
  tests: ["apps/from-centrifugo/src"],
  mutants: [
    {
      file: "judge-file.ts",
      find: "of settingsProblems(settings)",
      replace: "of [] as string[]",
      breaks: "What no process would start with is refused.",
    },
    {
      file: "judge.ts",
      find: "if (settingsKeys.has(key)) return judgeTaken",
      replace: "if (settingsKeys.has(key) && rule === undefined) return judgeTaken",
      breaks: "A key that the settings have is taken, whatever is said of it.",
    },
    {
      file: "centrifugo-keys.ts",
      find: "connection_rate_limit connect_include_server_time",
      replace: "connect_include_server_time",
      breaks: "A setting of ours with a name of Centrifugo's is known as Centrifugo's, too.",
    },
    {
      file: "rules/hub-rules.ts",
      find: '  "graphite.*": ignored("read `/metrics` with what feeds your Graphite"),\n',
      replace: "",
      breaks: "Every key of Centrifugo's has a verdict.",
    },
    {
      file: "redis-url.ts",
      find: "encodeURIComponent(String(password))",
      replace: "String(password)",
      breaks: "A password is the same one in a URL.",
    },
    {
      file: "run-command.ts",
      find: 'flag: "wx", mode: 0o600',
      replace: 'flag: "w"',
      breaks: "Secrets are written for their owner alone, and over nothing that is there.",
    },
    {
      file: "read-file.ts",
      find: "if (isOld(file))",
      replace: "if (false as boolean)",
      breaks: "A file of an older version is not judged as one without keys.",
    },
  ],
};
