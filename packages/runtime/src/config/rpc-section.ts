import Type from "typebox";
import { Duration } from "./duration.ts";
import { proxyFields } from "./proxy-object.ts";

/** What answers a method, wherever it stands. */
const methodOptions = {
  proxy_enabled: Type.Boolean({
    default: false,
    description: "A back end answers: the call is POSTed to it as Centrifugo's proxies do.",
  }),
  proxy_name: Type.String({
    default: "default",
    description: "Which one: `default` is `rpc.proxy`, others are in `proxies`.",
  }),
  handler: Type.String({
    default: "",
    description:
      "The handler of `handlers` that answers, in a worker, in place of a proxy: it is given what the client has sent as its `data`, and what it returns is the answer. Empty: none.",
  }),
  timeout: Duration({
    least: "1ms",
    most: "4500ms",
    because: "clients wait 5 s; longer work is `task`",
    default: "4500ms",
    description:
      "Time until a handler has answered, waiting included; at most `4500ms`, because clients wait 5 s. A proxy has its own.",
  }),
  on_disconnect: Type.Union([Type.Literal("finish"), Type.Literal("cancel")], {
    default: "finish",
    description:
      "What a handler that runs does when its client goes away: it finishes, or its signal is aborted (`cancel`).",
  }),
  task: Type.Boolean({
    default: false,
    description:
      'The handler takes longer than a client waits: a call becomes a task, and is answered `{"task","channel","token"}` at once. Its progress and its result come on the channel.',
  }),
};

const Methods = Type.Object(methodOptions, {
  additionalProperties: false,
  default: {},
  description: "Methods whose name has no namespace.",
});

const RpcNamespace = Type.Object(
  {
    name: Type.String({
      pattern: "^[-a-zA-Z0-9_.]{2,}$",
      hint: 'two or more letters, digits, "-", "_" or "."',
      description: "The part of a method's name before the first boundary.",
    }),
    ...methodOptions,
  },
  { additionalProperties: false },
);

/** `client.rpc(method, data)`: who answers what. Names and meaning are Centrifugo's, `handler` and what follows it are ours. */
export const RpcSection = Type.Object(
  {
    proxy: Type.Object(proxyFields({ timeout: "4500ms" }), {
      sameAs: "proxies",
      additionalProperties: false,
      default: {},
      description: "What answers calls, where `proxy_enabled` is set and no other is named.",
    }),
    without_namespace: Methods,
    namespaces: Type.Array(RpcNamespace, { default: [], description: "Methods by namespace." }),
    namespace_boundary: Type.String({
      default: ":",
      minLength: 1,
      maxLength: 8,
      description: "Ends the namespace in a method's name: `shop:buy` is of the namespace `shop`.",
    }),
    ping: Type.Object(
      {
        enabled: Type.Boolean({ default: false, description: "Answer this method by itself, with nothing." }),
        method: Type.String({ default: "ping", minLength: 1, maxLength: 255, description: "Its whole name." }),
      },
      { additionalProperties: false, default: {}, description: "A method that shows whether calls are answered." },
    ),
  },
  { additionalProperties: false, default: {}, description: "What clients call by name (`client.rpc`)." },
);
