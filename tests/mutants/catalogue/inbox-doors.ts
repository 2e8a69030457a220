import type { MutantGroup } from "../mutant.ts";

const atGateways = ["tests/inbox"];

/** What clients get of them. */
export const inboxDoorMutants: MutantGroup = {
  name: "inbox-doors",
  root: "apps/gateway/src",
  tests: atGateways,
  mutants: [
    {
      file: "session/own-inbox.ts",
      find: 'user === "" || channel !== inboxChannel(user)',
      replace: 'user === "" || !channel.startsWith("inbox:")',
      breaks: "A channel inbox:… is open to its own user alone.",
    },
    {
      file: "session/subscribe-client.ts",
      find: "snapshot === undefined || place.recovery?.isComplete === true",
      replace: "true",
      breaks: "Who has missed too much begins with what is in the inbox.",
    },
    {
      file: "session/subscribe-client.ts",
      find: "return { position, snapshotJson: dataJson };",
      replace: "return { position: { ...position, offset: 0 }, snapshotJson: dataJson };",
      breaks: "A snapshot and the position it is of belong together.",
    },
    {
      file: "doors/centrifuge/commands/inbox-rpc.ts",
      find: '  if (user === "") return refuse("permissionDenied", "the anonymous user has no inbox");\n',
      replace: "",
      breaks: "The anonymous user has no inbox.",
    },
  ],
};
