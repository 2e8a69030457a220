import type { MutantGroup } from "../mutant.ts";

const room = ["apps/gateway/src/doors/pusher/room.test.ts"];
const encoder = ["apps/gateway/src/doors/pusher/pusher-encoder.test.ts"];
const closes = ["apps/gateway/src/doors/pusher/close-codes.test.ts"];
const event = ["packages/pusher/src/event.test.ts"];
const names = ["packages/pusher/src/channel.test.ts"];
const rules = ["packages/pusher/src/channel-rules.test.ts"];
const signature = ["packages/pusher/src/signature.test.ts"];
const request = ["packages/pusher/src/rest-signature.test.ts"];
const door = "apps/gateway/src/doors/pusher";

/** Clients of the Pusher protocol: signatures, names, events, members, closes. */
export const pusherMutants: MutantGroup = {
  name: "pusher",
  root: ".",
  tests: signature,
  mutants: [
    {
      file: "packages/pusher/src/signature.ts",
      find: "auth.slice(0, boundary) === key && ",
      replace: "",
      breaks: "A signature comes with the key of its app.",
    },
    {
      file: "packages/pusher/src/signature.ts",
      find: "given.length === expected.length && timingSafeEqual(given, expected)",
      replace: "timingSafeEqual(given.subarray(0, 8), expected.subarray(0, 8))",
      breaks: "All of a signature counts.",
    },
    {
      file: "packages/pusher/src/rest-signature.ts",
      find: "if (skew > clockSkewMax)",
      replace: "if (skew < 0)",
      breaks: "A request that was listened to cannot be sent again later.",
      tests: request,
    },
    {
      file: "packages/pusher/src/rest-signature.ts",
      find: 'request.body.length > 0 && parameters.get("body_md5") !== md5(request.body)',
      replace: "false",
      breaks: "The body is what was signed.",
      tests: request,
    },
    {
      file: "packages/pusher/src/event.ts",
      find: 'return reserved.test(name) ? "must not begin with `pusher:` or `pusher_internal:`" : undefined;',
      replace: "return undefined;",
      breaks: "No publication is taken for an event of the server's own.",
      tests: event,
    },
    {
      file: "packages/pusher/src/event.ts",
      find: "members?.size !== 2 || ",
      replace: "",
      breaks: "What has more than a name and data is no event of that name.",
      tests: event,
    },
    {
      file: "packages/pusher/src/channel.ts",
      find: "channel.startsWith(`${namespace}:`)",
      replace: "channel.startsWith(namespace)",
      breaks: "A channel that is not the app's keeps its whole name.",
      tests: names,
    },
    {
      file: "packages/pusher/src/channel-rules.ts",
      find: '...(kind.access === "private" || isPresent ? closed : {}),',
      replace: "",
      breaks: "What a prefix closes no option of the namespace opens.",
      tests: rules,
    },
    {
      file: "packages/pusher/src/channel-rules.ts",
      find: "...((isPresent || isWatched) && options.leaveDebounceMs === 0 ? { leaveDebounceMs } : {}),",
      replace: "",
      breaks: "A reload is no departure.",
      tests: rules,
    },
    {
      file: `${door}/room.ts`,
      find: "else if (signal.isLast) this.#remove(user);",
      replace: "else this.#remove(user);",
      breaks: "A member goes with the last tab.",
      tests: room,
    },
    {
      file: `${door}/room.ts`,
      find: 'if (user === "" || this.#users.has(user)) return;',
      replace: 'if (user === "") return;',
      breaks: "A member is told of with the first tab.",
      tests: room,
    },
    {
      file: `${door}/room.ts`,
      find: "for (const user of this.#users.keys()) if (!found.has(user)) this.#remove(user);",
      replace: "",
      breaks: "Who left while Redis was not heard is gone afterwards.",
      tests: room,
    },
    {
      file: `${door}/room.ts`,
      find: "for (const signal of heard) this.#hear(signal);",
      replace: "",
      breaks: "What is heard while the list is read counts.",
      tests: room,
    },
    {
      file: `${door}/pusher-encoder.ts`,
      find: "isFromClient && infoJson !== undefined",
      replace: "infoJson !== undefined && isFromClient === false",
      breaks: "A client event in a presence channel says who sent it.",
      tests: encoder,
    },
    {
      file: `${door}/pusher-encoder.ts`,
      find: "if (!tellsPositions || offset === 0) return event;",
      replace: "if (!tellsPositions) return event;",
      breaks: "What is not kept has no position.",
      tests: encoder,
    },
    {
      file: `${door}/close-codes.ts`,
      find: "mayReconnect(code) ? pusherCloses.reconnect.code : pusherCloses.unauthorized.code",
      replace: "code",
      breaks: "Clients are closed with codes of their protocol.",
      tests: closes,
    },
  ],
};
