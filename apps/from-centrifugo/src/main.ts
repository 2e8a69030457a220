import { runCommand } from "./run-command.ts";

// `npm run from-centrifugo`: npm starts it in the folder of the repository, and names the one it was called in.
process.chdir(process.env["INIT_CWD"] ?? ".");
process.exitCode = runCommand(process.argv.slice(2), {
  print: (text) => void process.stdout.write(text),
  complain: (text) => console.error(text),
});
