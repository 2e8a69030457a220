import type { MutantGroup } from "../mutant.ts";

const story = ["tests/doors/plain.test.ts"];
const losses = ["tests/loss-detection.test.ts"];
const introduction = ["apps/gateway/src/doors/plain/introduction.test.ts"];
const form = ["apps/gateway/src/doors/plain/plain-form.test.ts"];

/** Pages without a protocol: who they are taken for, and what they are told. */
export const plainMutants: MutantGroup = {
  name: "plain",
  root: "apps/gateway/src/doors/plain",
  tests: story,
  mutants: [
    {
      file: "introduction.ts",
      find: '  if (!trustsUid) return { token: "", fields };\n',
      replace: "",
      breaks: "Outside of development nobody is who they say without a token.",
      tests: introduction,
    },
    {
      file: "introduction.ts",
      find: "if (!trustsUid || looksLikeToken(text))",
      replace: "if (!trustsUid)",
      breaks: "A token counts as one where ids are believed, too.",
      tests: introduction,
    },
    {
      file: "plain-form.ts",
      find: "json[0] === quote ? Buffer.from(JSON.parse(json.toString()) as string) : json",
      replace: "json",
      breaks: "A text is told as itself.",
      tests: form,
    },
    {
      file: "plain-line.ts",
      find: "else if (message !== untold) super.send(message);",
      replace: "else super.send(message);",
      breaks: "A client of this wire is told data and nothing else.",
    },
    {
      file: "plain-door.ts",
      find: "    line.onPong(() => session.takePong());\n",
      replace: "",
      breaks: "A page that is there stays, though it knows of no pings.",
    },
    {
      file: "let-in.ts",
      find: 'if ("kind" in right) return right;',
      replace: "",
      breaks: "A rule opens no channel that its namespace does not open.",
    },
    {
      file: "let-in.ts",
      find: "for (const one of [...admitted.subscriptions, ...(opened === undefined ? [] : [opened])]) tellKept(client, one);",
      replace: "",
      breaks: "Who comes late is told the newest state.",
    },
    {
      file: "../../session/continuing-session.ts",
      find: "if (recovery?.isComplete !== true) return this.disconnect(disconnectCodes.insufficientState);",
      replace: "if (recovery === undefined) return this.disconnect(disconnectCodes.insufficientState);",
      breaks: "Where the history does not reach back so far, a page does not go on with a hole.",
      tests: losses,
    },
    {
      file: "../../session/continuing-session.ts",
      find: "const wish = { from, isRecoverable: true };",
      replace: "const wish = { isRecoverable: true };",
      breaks: "A page is sent what was lost, from where it stood.",
      tests: losses,
    },
    {
      file: "plain-intake.ts",
      find: "return client.disconnect(disconnectCodes.tooManyRequests);",
      replace: "return;",
      breaks: "A page that floods is sent away.",
    },
  ],
};
