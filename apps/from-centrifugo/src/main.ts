import { runCommand } from "./run-command.ts";

// `npm run from-centrifugo`
process.exitCode = runCommand(process.argv.slice(2), {
  print: (text) => void process.stdout.write(text),
  complain: (text) => console.error(text),
});
