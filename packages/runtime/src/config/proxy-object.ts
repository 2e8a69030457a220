import Type, { type Static } from "typebox";
import { Duration } from "./duration.ts";
import { SigningSecret } from "./secret.ts";

/** A client waits 5 s for the answer to a command, and then dials anew while the back end is still busy with the first one. */
export const hookTimeoutMaxMs = 4_500;

const HeaderNames = (description: string) =>
  Type.Array(
    Type.String({
      pattern: "^[-!#$%&'*+.^_`|~0-9A-Za-z]{1,128}$",
      hint: "the name of an HTTP header",
      description: "A name.",
    }),
    { default: [], description },
  );

const text = (description: string) => Type.String({ default: "", description });

const Transform = Type.Object(
  {
    status_code: Type.Integer({ minimum: 100, maximum: 599, description: "A status of the answer, other than 200." }),
    to_error: Type.Optional(
      Type.Object(
        {
          code: Type.Integer({ minimum: 100, maximum: 1_999, description: "Of the error." }),
          message: Type.String({ maxLength: 512, description: "Its text." }),
          temporary: Type.Optional(Type.Boolean({ description: "The client may ask again." })),
        },
        { additionalProperties: false, description: "What the client is answered." },
      ),
    ),
    to_disconnect: Type.Optional(
      Type.Object(
        {
          code: Type.Integer({ minimum: 4_000, maximum: 4_999, description: "Of the close frame." }),
          reason: Type.String({ minLength: 1, maxLength: 123, description: "Its text." }),
        },
        { additionalProperties: false, description: "How the client's connection ends." },
      ),
    ),
  },
  { additionalProperties: false },
);

const Tls = Type.Object(
  {
    enabled: Type.Boolean({ default: false, description: "Use the keys below; plain `https://` needs none of them." }),
    cert_pem: text("The hub's own certificate: PEM text, its base64, or the path of a PEM file."),
    key_pem: Type.String({ default: "", hidden: true, description: "The key of that certificate, likewise." }),
    server_ca_pem: text("Whose certificates are trusted in place of the system's, likewise."),
    server_name: text("The name that the certificate must have, if not the endpoint's."),
    insecure_skip_verify: Type.Boolean({ default: false, description: "Development only: trust any certificate." }),
  },
  { additionalProperties: false, default: {}, description: "TLS of `https://` endpoints." },
);

const Http = Type.Object(
  {
    static_headers: Type.Record(Type.String(), Type.String(), {
      default: {},
      secret: true,
      description: "Headers of every request. A header of a client never takes the place of one of these.",
    }),
    status_to_code_transforms: Type.Array(Transform, {
      default: [],
      description: "What a client is told for another status than 200: an error or the end of its connection.",
    }),
    tls: Tls,
  },
  { additionalProperties: false, default: {}, description: "How an endpoint is called." },
);

/** The keys of one way to ask, as Centrifugo's proxy objects have them, and a few more. */
export function proxyFields({ timeout = "1s" }: { readonly timeout?: string } = {}) {
  return {
    endpoint: text("Where the question is POSTed: a URL with `http://` or `https://`. gRPC is not served."),
    handler: text("The name of a handler of `handlers` that decides in a worker, in place of `endpoint`."),
    timeout: Duration({
      least: "1ms",
      most: "4500ms",
      because: "a client gives up after 5 s and asks again, while the first question is still being answered",
      default: timeout,
      description: "Time for the whole call, waiting included; at most `4500ms`, because clients wait 5 s.",
    }),
    http_headers: HeaderNames(
      "Headers of the client's own HTTP request that go with every question about it. Those of one hop (`Connection`, `Host`, …) and signatures never do.",
    ),
    emulated_headers: HeaderNames(
      "The same from `headers` of the connect command, which any client can write: list nothing here that a back end believes unchecked.",
    ),
    include_connection_meta: Type.Boolean({
      default: false,
      description: "Questions have `meta`, the back end's own notes about the connection.",
    }),
    binary_encoding: Type.Boolean({
      default: false,
      description: "Data goes as base64 in `b64data` in place of JSON in `data`.",
    }),
    http: Http,
    signing_secret: SigningSecret(
      "Signs the questions (Standard Webhooks): `whsec_` and base64, or any text. Empty: `tasks.signing_secret` does, if there is one.",
    ),
    signing_previous_secret: SigningSecret("Signs beside `signing_secret` while the back end changes over from it."),
    grace_limit: Type.Integer({
      minimum: 0,
      maximum: 1_000,
      default: 10,
      description:
        "Of refresh and sub_refresh: how many times in a row 60 s are added because the question had no answer. Then it counts as expired.",
    }),
  };
}

/** One way to ask, with a name for namespaces to choose it by. */
const NamedProxy = Type.Object(
  {
    name: Type.String({
      pattern: "^(?!default$)[-a-zA-Z0-9_.]{2,}$",
      hint: 'two or more letters, digits, "-", "_" or ".", and not `default`',
      description: "What namespaces call it.",
    }),
    ...proxyFields(),
  },
  { additionalProperties: false },
);

export const ProxiesSection = Type.Array(NamedProxy, {
  default: [],
  description: "Further endpoints and handlers that decide, for namespaces to choose by name.",
});

/** As code sees one, whatever its place in the settings. */
export type ProxySettings = Omit<Static<typeof NamedProxy>, "name">;
