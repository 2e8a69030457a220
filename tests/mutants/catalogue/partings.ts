import type { MutantGroup } from "../mutant.ts";

const session = ["apps/gateway/src/session/session.test.ts"];
const drain = ["apps/gateway/src/doors/drain-lines.test.ts"];
const doors = ["tests/doors/mixed.test.ts"];
const listeners = ["tests/transports/unidirectional.test.ts"];

/** How clients are sent away, and what they send each other. */
export const partingMutants: MutantGroup = {
  name: "partings",
  root: "apps/gateway/src",
  tests: session,
  mutants: [
    {
      file: "session/session.ts",
      find: "    if (!isAnnounced) this.#announce(parting);\n",
      replace: "",
      breaks: "A client is told before it is sent away.",
    },
    {
      file: "session/session.ts",
      find: "    if (!isAnnounced) this.#announce(parting);\n",
      replace: "    this.#announce(parting);\n",
      breaks: "A client is told once.",
    },
    {
      file: "session/session.ts",
      find: " && !this.#transport.isBehind && ",
      replace: " && ",
      breaks: "A word that would queue behind a backlog is not said.",
    },
    {
      file: "session/session.ts",
      find: 'this.#state === "connected" && !this.#transport.isBehind',
      replace: "!this.#transport.isBehind",
      breaks: "Nothing is said ahead of the answer to connect.",
    },
    {
      file: "session/parting.ts",
      find: "  badRequest: false,",
      replace: "  badRequest: true,",
      breaks: "Who breaks the protocol is not told in it.",
    },
    {
      file: "session/parting.ts",
      find: "mayComeBack ? Math.round(Math.random() * spreadMs) : null",
      replace: "Math.round(Math.random() * spreadMs)",
      breaks: "Who is to stay away is not told when to come back.",
    },
    {
      file: "carriers/outbox.ts",
      find: "this.#pending.bytes + this.#unsentBytes > fullFrameBytes",
      replace: "this.#pending.bytes > fullFrameBytes",
      breaks: "What the socket holds counts to what is late.",
      tests: ["apps/gateway/src/carriers/outbox.test.ts"],
    },
    {
      file: "doors/drain-lines.ts",
      find: "slotMs + (line.isBusy ? graceMs : 0)",
      replace: "slotMs",
      breaks: "Who waits for an answer gets it before the end.",
      tests: drain,
    },
    {
      file: "doors/drain-lines.ts",
      find: "[...inside.filter(({ isBusy }) => !isBusy), ...inside.filter(({ isBusy }) => isBusy)]",
      replace: "inside",
      breaks: "The idle go first.",
      tests: drain,
    },
    {
      file: "doors/drain-lines.ts",
      find: "Math.min(apartMs, windowMs / Math.max(1, ordered.length))",
      replace: "windowMs / Math.max(1, ordered.length)",
      breaks: "A gateway with few clients stops soon.",
      tests: drain,
    },
    {
      file: "doors/drain-lines.ts",
      find: "    if (++count === noticesPerStep) return;\n",
      replace: "",
      breaks: "Those who stay are served while very many are told.",
      tests: drain,
    },
    {
      file: "doors/drain-lines.ts",
      find: "line.disconnect(reason, isAnnounced)",
      replace: "line.disconnect(reason, true)",
      breaks: "Who could not be told at the beginning is told at the end.",
      tests: drain,
    },
    {
      file: "doors/centrifuge/listener-endpoints.ts",
      find: "form: { ...json, farewell: retrying(json.farewell) },",
      replace: "form: json,",
      breaks: "An EventSource is told when to come back in its own word.",
      tests: listeners,
    },
    {
      file: "doors/send-event.ts",
      find: "exclude: client.id, ",
      replace: "",
      breaks: "Who sends an event does not get it.",
      tests: doors,
    },
    {
      file: "doors/send-event.ts",
      find: ", skipHistory: true",
      replace: "",
      breaks: "Events of clients are not kept.",
      tests: doors,
    },
    {
      file: "doors/centrifuge/commands/channel-event.ts",
      find: 'event.startsWith("client-") ? eventNameProblem(event)',
      replace: "true ? eventNameProblem(event)",
      breaks: "No client sends what looks like an event of the back end.",
      tests: doors,
    },
    {
      file: "doors/centrifuge/commands/channel-event.ts",
      find: "return limit.take(performance.now());",
      replace: "return true;",
      breaks: "Events have a rate.",
      tests: doors,
    },
  ],
};
