import type { ChannelName } from "@switchyard/broker/channel-name";
import Type from "typebox";
import type { ApiKey } from "../../access/api-keys.ts";
import type { ChannelCheck } from "../../channels/check-channel.ts";
import { asRest } from "../../connections/as-rest.ts";
import { Concerned, toConcerned } from "../../connections/concerned.ts";
import { changeFailures, changeOneFailures } from "../../connections/connection-failures.ts";
import { commandOne, type ConnectionLineDeps } from "../../connections/connection-line.ts";
import { checkClient, checkUser, ClientParams, UserParams } from "../../connections/path-ids.ts";
import { retryOf } from "../../effect.ts";
import { ApiError } from "../../errors/api-error.ts";
import { orOutcomeUnknown } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";

const names = (description: string) =>
  Type.Optional(Type.Array(Type.String(), { maxItems: 100, description: `${description} 100 at most.` }));

const MoveRequest = Type.Object(
  {
    unsubscribe: names("Channels to leave."),
    subscribe: names("Channels to enter, whatever the namespace allows to clients."),
  },
  {
    title: "MoveRequest",
    additionalProperties: false,
    examples: [{ unsubscribe: ["chat:lobby"], subscribe: ["chat:room-7"] }],
  },
);

const common = {
  tags: ["connections"],
  "x-retry": retryOf.settles,
  description:
    "Left first and entered then, in one command. The client is told of each by an `unsubscribe` or `subscribe` push. A channel in both lists, or one that is subscribed already, is kept as it is.",
  body: MoveRequest,
};

const moveConnectionSchema = {
  ...common,
  operationId: "moveConnection",
  summary: "Move a connection to other channels",
  params: ClientParams,
  response: { 200: Concerned, ...changeOneFailures },
};

const moveUserSchema = {
  ...common,
  operationId: "moveUser",
  summary: "Move a user's connections to other channels",
  params: UserParams,
  response: { 200: Concerned, ...changeFailures },
};

export interface MoveDeps extends ConnectionLineDeps {
  readonly checkChannel: ChannelCheck;
}

/** `POST /v1/connections/:client/channels` and `POST /v1/users/:user/channels`. */
export function moveConnections(scope: Scope, deps: MoveDeps): void {
  scope.post("/v1/connections/:client/channels", { schema: moveConnectionSchema }, async (request) => {
    const target = { client: checkClient(request.params.client) };
    await commandOne({ kind: "move", target, ...read(request.body, request.apiKey) }, deps);
    return { connections: 1 };
  });
  scope.post("/v1/users/:user/channels", { schema: moveUserSchema }, async (request) => {
    const target = { user: checkUser(request.params.user) };
    const command = { kind: "move", target, ...read(request.body, request.apiKey) } as const;
    return toConcerned(await orOutcomeUnknown(deps.control.ask(command)));
  });

  function read({ subscribe = [], unsubscribe = [] }: MoveLists, apiKey: ApiKey) {
    if (subscribe.length + unsubscribe.length === 0) {
      const problem = "subscribe: name a channel here or in `unsubscribe`; nothing would be done";
      throw new ApiError("invalid_request", problem, { field: "subscribe" });
    }
    return {
      unsubscribe: channelsOf(unsubscribe, "unsubscribe", apiKey),
      subscribe: channelsOf(subscribe, "subscribe", apiKey),
    };
  }

  function channelsOf(list: readonly string[], field: "subscribe" | "unsubscribe", apiKey: ApiKey): ChannelName[] {
    const use = field === "subscribe" ? "grant" : "unsubscribe";
    const channels = list.map((name, index) => {
      const place = `${field}[${index}]`;
      return asRest(place, () => deps.checkChannel(name, { field: place, use, apiKey })).channel;
    });
    return [...new Set(channels)];
  }
}

interface MoveLists {
  readonly subscribe?: readonly string[];
  readonly unsubscribe?: readonly string[];
}
