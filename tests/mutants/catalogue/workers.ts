import type { MutantGroup } from "../mutant.ts";

const programs = ["apps/worker/src/handlers/command-handler.test.ts"];
const failures = ["apps/worker/src/handlers/command-failures.test.ts"];
const lines = ["apps/worker/src/handlers/read-lines.test.ts", ...programs];
const http = ["apps/worker/src/handlers/http-handler.test.ts"];
const callbacks = ["apps/worker/src/handlers/callback-handler.test.ts"];
const orphans = ["apps/worker/src/pool/orphans.redis.test.ts"];

/** Handlers that are programs or services. */
export const workerMutants: MutantGroup = {
  name: "workers",
  root: "apps/worker/src",
  tests: programs,
  mutants: [
    {
      file: "handlers/attempt-processes.ts",
      find: 'if (leftMs <= 0) send(target, "SIGKILL");\n',
      replace: "if (leftMs <= 0) send(target, 0);\n",
      breaks: "A program that ignores SIGTERM is killed after the grace.",
    },
    {
      file: "handlers/attempt-processes.ts",
      find: "      told.add(target);\n",
      replace: "",
      breaks: "A program is told to end once.",
    },
    {
      file: "handlers/attempt-processes.ts",
      find: "|| isMarked[index] === true",
      replace: "",
      breaks: "A daemon that a program left behind ends with it.",
    },
    {
      file: "handlers/attempt-processes.ts",
      find: "for (const { pid } of found) for (const other of all) if (other.parent === pid) found.add(other);",
      replace: "",
      breaks: "A child that has left its session and its environment ends with its parent.",
    },
    {
      file: "handlers/attempt-processes.ts",
      find: "if (targets.size === 0 || leftMs < -killedMs) return;",
      replace: "if (targets.size === 0) return;",
      breaks: "A process that cannot be ended is not waited for without end.",
      equivalent:
        "Only a process that SIGKILL does not end shows it, one that hangs in the kernel, and a test cannot make one.",
    },
    {
      file: "handlers/command-handler.ts",
      find: '.filter(([name]) => !name.startsWith("SWITCHYARD_"))',
      replace: "",
      breaks: "A program does not inherit our secrets.",
    },
    {
      file: "handlers/command-handler.ts",
      find: "      await endAll();\n",
      replace: "",
      breaks: "The next task of a group does not meet what is left of this one.",
    },
    {
      file: "handlers/command-handler.ts",
      find: "    if (attempt.signal.aborted) abort();\n",
      replace: "",
      breaks: "A program whose attempt was over before it began is ended.",
      tests: failures,
    },
    {
      file: "handlers/command-handler.ts",
      find: "else if (isCut && mayBeCommandLine(text)) {",
      replace: "else if (false) {",
      breaks: "A result that is too long is a failure for good.",
    },
    {
      file: "handlers/command-handler.ts",
      find: 'child.stdin.on("error", () => undefined);',
      replace: "",
      breaks: "A program that does not read its task takes no worker along.",
    },
    {
      file: "handlers/explain-failure.ts",
      find: '      if (line === "") return;\n',
      replace: "",
      breaks: "A failure is explained by the last line that says something.",
      tests: failures,
    },
    {
      file: "handlers/explain-failure.ts",
      find: "  if (phpFatal.test(line)) fatal = line;\n",
      replace: "",
      breaks: "A failure of PHP is explained by its fatal error and not by where it was thrown.",
      tests: failures,
    },
    {
      file: "handlers/command-handler.ts",
      find: "}, closeMs).unref();",
      replace: "}, 60 * closeMs).unref();",
      breaks: "A child that holds the output open does not hold the task.",
    },
    {
      file: "handlers/command-handler.ts",
      find: "if (end.code === 0 && problem !== undefined) return",
      replace: "if (false) return",
      breaks: "A result that others could not read fails the task.",
    },
    {
      file: "handlers/read-lines.ts",
      find: "{ stream: isCut }",
      replace: "{ stream: false }",
      breaks: "A cut falls between two characters.",
      tests: lines,
    },
    {
      file: "handlers/read-lines.ts",
      find: "chunk[end] !== lineFeed && chunk[end] !== carriageReturn",
      replace: "chunk[end] !== lineFeed",
      breaks: "A progress bar's lines end at a carriage return.",
      tests: lines,
    },
    {
      file: "handlers/read-lines.ts",
      find: 'stream.on("end", endLine);',
      replace: "",
      breaks: "The last line counts without an end, too.",
      tests: lines,
    },
    {
      file: "handlers/read-lines.ts",
      find: "if (isCut || part.length === 0) return;",
      replace: "if (part.length === 0) return;",
      breaks: "A long line is told of once.",
      tests: lines,
    },
    {
      file: "handlers/task-exchange.ts",
      find: "parseExactJson(text)",
      replace: "JSON.parse(text)",
      breaks: "A result keeps its digits.",
      tests: [...programs, ...http],
    },
    {
      file: "handlers/task-exchange.ts",
      find: "problem === undefined ? { result }",
      replace: "true ? { result }",
      breaks: "A result that PHP could not read is refused.",
      tests: [...programs, ...http],
    },
    {
      file: "handlers/http-handler.ts",
      find: "const messageId = `${task.id}_${token}`;",
      replace: "const messageId = task.id;",
      breaks: "A service that drops repetitions does not drop a retry.",
      tests: http,
    },
    {
      file: "handlers/describe-reply.ts",
      find: " || status === 425",
      replace: "",
      breaks: "A service that says it is too early is asked again.",
      tests: http,
    },
    {
      file: "handlers/describe-reply.ts",
      find: "status >= 500 ||",
      replace: "status > 500 ||",
      breaks: "A service that fails is asked again.",
      tests: http,
    },
    {
      file: "handlers/callback-handler.ts",
      find: "const messageId = task.id;",
      replace: "const messageId = crypto.randomUUID();",
      breaks: "A receiver tells a callback that is sent again from another one.",
      tests: callbacks,
    },
    {
      file: "handlers/callback-handler.ts",
      find: 'url === null || typeof body !== "string"',
      replace: "url === null",
      breaks: "A task that calls itself a callback and is none sends nothing.",
      tests: callbacks,
    },
    {
      file: "handlers/callback-handler.ts",
      find: 'urlFrom: "producer"',
      replace: 'urlFrom: "operator"',
      breaks: "A producer's URL reaches nothing that this machine alone can reach.",
      tests: ["apps/worker/src/callback.redis.test.ts"],
    },
    {
      file: "watchdog.ts",
      find: "still = now === last && now !== 0 ? still + 1 : 0;",
      replace: "still = 0;",
      breaks: "A worker whose event loop stands still ends itself.",
      tests: ["apps/worker/src/poison.redis.test.ts", "apps/worker/src/zombie.redis.test.ts"],
    },
    {
      file: "watchdog.ts",
      find: "process.ppid !== parentPid ? alone + 1 : 0",
      replace: "false ? alone + 1 : 0",
      breaks: "A process whose pool was killed ends, also while its event loop stands still.",
      tests: orphans,
    },
    {
      file: "pool/process-supervisor.ts",
      find: "for (const process of this.processes) process.kill();",
      replace: "",
      breaks: "A pool that stops leaves none of its processes.",
      tests: orphans,
    },
  ],
};
