import Type, { type Static } from "typebox";
import { Secret } from "./secret.ts";

/** How one kind of token is checked; names and meaning are Centrifugo's. */
const tokenFields = {
  hmac_previous_secret_key: Secret({
    charactersMin: 32,
    description: "The secret before this one, accepted beside it while tokens made with it are still about.",
  }),
  hmac_previous_secret_key_valid_until: Type.Integer({
    minimum: 0,
    maximum: 4_102_444_800,
    default: 0,
    description: "Unix time in seconds from which the previous secret is refused; 0 is never.",
  }),
  rsa_public_key: Type.String({
    default: "",
    description: "Public key of RS256, RS384 and RS512 tokens, 2048 bits or more: PEM text, or the path of a PEM file.",
  }),
  ecdsa_public_key: Type.String({
    default: "",
    description: "Public key of ES256, ES384 or ES512 tokens, by its curve: PEM text, or the path of a PEM file.",
  }),
  jwks_public_endpoint: Type.String({
    default: "",
    description:
      "Where the issuer lists its public keys (RS and ES): an `https://` URL, or the path of a JSON Web Key Set file. Read again for an unknown key id; the last good list serves a day of outage.",
  }),
  audience: Type.String({ default: "", description: "When set, a token's `aud` must contain it." }),
  audience_regex: Type.String({
    default: "",
    format: "regex",
    hint: "a regular expression",
    description: "The same as a pattern one `aud` must match; anchor it with `^` and `$`.",
  }),
  issuer: Type.String({ default: "", description: "When set, a token's `iss` must equal it." }),
  issuer_regex: Type.String({
    default: "",
    format: "regex",
    hint: "a regular expression",
    description: "The same as a pattern `iss` must match; anchor it with `^` and `$`.",
  }),
  user_id_claim: Type.String({
    // By `channel` the two kinds of tokens are told apart, so no connection token could name its user by it.
    pattern: "^(?!channel$)[a-zA-Z0-9_]*$",
    hint: 'letters, digits or "_", and not `channel`',
    default: "",
    description: "The claim that holds the user id; empty is `sub`.",
  }),
  require_exp: Type.Boolean({
    default: false,
    description: "Refuse tokens that never expire, which Centrifugo accepts.",
  }),
};

const secretDescription = "Secret of HS256, HS384 and HS512 tokens. Empty: such tokens are refused.";

export const TokenSection = Type.Object(
  {
    hmac_secret_key: Secret({ charactersMin: 32, description: secretDescription, env: "SWITCHYARD_TOKEN_SECRET" }),
    ...tokenFields,
  },
  { additionalProperties: false, default: {}, description: "Connection and subscription JWTs." },
);
export type TokenSection = Static<typeof TokenSection>;

export const SubscriptionTokenSection = Type.Object(
  {
    enabled: Type.Boolean({
      default: false,
      description: "Check subscription tokens by this section alone; otherwise `client.token` is for both kinds.",
    }),
    hmac_secret_key: Secret({ charactersMin: 32, description: secretDescription }),
    ...tokenFields,
  },
  { additionalProperties: false, default: {}, description: "Subscription JWTs, when they have keys of their own." },
);
