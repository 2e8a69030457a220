import type { MutantGroup } from "../mutant.ts";

const listeners = ["tests/transports/unidirectional.test.ts"];
const eventId = ["apps/gateway/src/doors/centrifuge/event-id.test.ts"];
const eventLine = ["apps/gateway/src/doors/centrifuge/event-line.test.ts"];

/** Clients that only listen: what they are told, and how they continue where they stood. */
export const listenerMutants: MutantGroup = {
  name: "listeners",
  root: "apps/gateway/src",
  tests: listeners,
  mutants: [
    {
      file: "carriers/http-stream.ts",
      find: "if (refusal !== undefined) {",
      replace: "if (false) {",
      breaks: "Who may not listen is told so by a status.",
      tests: listeners,
    },
    {
      file: "doors/centrifuge/event-id.ts",
      find: "if (next.length >= eventIdMaxChars) return cut + id.slice(complete.length);",
      replace: "",
      breaks: "An id is no longer than servers and proxies take.",
      tests: eventId,
    },
    {
      file: "doors/centrifuge/event-id.ts",
      find: "version === complete && !places.has(unreadable)",
      replace: "version === complete",
      breaks: "A place that cannot be read is a loss in every channel that is not named.",
      tests: eventId,
    },
    {
      file: "doors/centrifuge/event-id.ts",
      find: "if (version !== complete && version !== cut) return () => lost;",
      replace: "",
      breaks: "An id of another kind says that everything is lost.",
      tests: eventId,
    },
    {
      file: "doors/centrifuge/event-id.ts",
      find: "${encodeURIComponent(epoch)}",
      replace: "${epoch}",
      breaks: "An epoch may hold anything.",
      tests: eventId,
    },
    {
      file: "doors/centrifuge/event-line.ts",
      find: "if (id === this.#id) return this.#stream.send(message);",
      replace: "",
      breaks: "An event that moves nobody on has no id, and its bytes are everybody's.",
      tests: eventLine,
    },
    {
      file: "doors/centrifuge/event-line.ts",
      find: "last?.message === message && last.id === id",
      replace: "last?.message === message",
      breaks: "Each client's event says where that client stands.",
      tests: eventLine,
    },
    {
      file: "doors/centrifuge/event-line.ts",
      find: "    this.#id = id;\n",
      replace: "",
      breaks: "The id a client holds already is not sent again.",
      tests: eventLine,
    },
    {
      file: "doors/centrifuge/let-listener-in.ts",
      find: "...(placeIn === undefined ? {} : { from: placeIn(channel) }),",
      replace: "",
      breaks: "An EventSource that comes back gets what it missed.",
      tests: listeners,
    },
    {
      file: "doors/centrifuge/let-listener-in.ts",
      find: "...(isRecoverable ? { isRecoverable } : {}),",
      replace: "",
      breaks: "A channel that allows recovery recovers an EventSource unasked.",
      tests: listeners,
    },
    {
      file: "doors/centrifuge/let-listener-in.ts",
      find: "if (line instanceof EventLine) line.places = () => places;",
      replace: "",
      breaks: "The ids of what is sent again stand behind it.",
      tests: listeners,
    },
    {
      file: "doors/centrifuge/seat-listener.ts",
      find: "if (!this.#isSaid) this.take(",
      replace: "this.take(",
      breaks: "What a listener says later is not read.",
      tests: listeners,
    },
    {
      file: "doors/centrifuge/connect-request.ts",
      find: 'bytes.toString().trim() || "{}"',
      replace: "bytes.toString()",
      breaks: "Nothing is a request that says nothing.",
      tests: listeners,
    },
    {
      file: "doors/centrifuge/listener-endpoints.ts",
      find: "    if (this.farewell !== undefined) this.send(this.farewell(parting));\n",
      replace: "",
      breaks: "A listener on a WebSocket reads why it ends without looking into close frames.",
      tests: listeners,
    },
    {
      file: "doors/centrifuge/listener-endpoints.ts",
      find: ' || requestQuery(request).get("last_event_id")',
      replace: "",
      breaks: "A page that makes a new EventSource may say where the old one stood.",
      tests: listeners,
    },
    {
      file: "doors/centrifuge/connect-refusal.ts",
      find: "const isFinal = !mayReconnect(code) || code === disconnectCodes.connectionExpired.code;",
      replace: "const isFinal = !mayReconnect(code);",
      breaks: "An EventSource does not come back for ever with a token that has expired.",
      tests: listeners,
    },
  ],
};
