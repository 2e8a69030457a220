import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { hashPassword } from "./ops/access/password-hash.ts";

// `npm run hash-password`: reads one line, never an argument, which other users of the machine and the shell's history would see.

const charactersMin = 12;
const silent = new Writable({ write: (_chunk, _encoding, done) => done() });

if (process.stdin.isTTY) process.stderr.write("Password (is not shown): ");
const lines = createInterface({ input: process.stdin, output: silent, terminal: process.stdin.isTTY });
const [password] = await Array.fromAsync(firstOf(lines));
if (process.stdin.isTTY) process.stderr.write("\n");

if (password === undefined || password.length < charactersMin) {
  process.stderr.write(`A password must have ${charactersMin} characters or more.\n`);
  process.exitCode = 1;
} else {
  process.stdout.write(`${await hashPassword(password)}\n`);
}

async function* firstOf(source: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of source) {
    yield line;
    return;
  }
}
