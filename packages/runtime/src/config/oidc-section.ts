import Type from "typebox";
import { Secret } from "./secret.ts";

/** What people may do under `/ops`, each role more than the one before. */
export const OpsRole = Type.Union([Type.Literal("viewer"), Type.Literal("operator"), Type.Literal("admin")], {
  description:
    "`viewer` sees lists and states, `operator` also sees what tasks carry and acts on single things, `admin` may do everything.",
});

/** Which groups of tasks somebody sees. */
export const SeenGroups = Type.Array(
  Type.String({
    pattern: String.raw`^[^[{\\]{1,128}$`,
    hint: "a name in which `*` is any text and `?` one character, or `-` for the tasks without a group",
  }),
  {
    default: ["*"],
    description:
      "The groups of tasks they see and act on: names in which `*` is any text and `?` one character, and `-` for the tasks without a group. Without `*` alone among them they see neither other groups nor what is of the whole hub.",
  },
);

const RoleOfClaim = Type.Object(
  {
    value: Type.String({
      minLength: 1,
      maxLength: 256,
      description: "A value of the claim, such as a group, compared as it is.",
    }),
    role: OpsRole,
    groups: SeenGroups,
  },
  { additionalProperties: false },
);

/** Login by an identity provider. */
export const OidcSection = Type.Object(
  {
    issuer: Type.String({
      default: "",
      pattern: "^$|^https?://[^\\s?#]{1,500}$",
      hint: "the address of the provider as it names itself, `https://id.example.com/realms/main`",
      description:
        "The OpenID Connect provider; empty: there is none. Its metadata are read at `/.well-known/openid-configuration` below it, at each login. Plain HTTP only on this machine. It has to allow `<ops.public_url>/ops/login/oidc/back` as a way back, and `<ops.public_url>/ops/login` after a logout.",
    }),
    client_id: Type.String({ default: "", maxLength: 256, description: "What the provider knows the hub by." }),
    client_secret: Secret({ charactersMin: 16, description: "What the hub shows the provider." }),
    scope: Type.String({
      default: "openid profile",
      pattern: "^openid( [!#-\\[\\]-~]{1,64}){0,16}$",
      hint: "`openid` and what else the provider needs to tell the claims, `openid profile groups`",
      description: "What is asked for.",
    }),
    name_claim: Type.String({
      default: "preferred_username",
      minLength: 1,
      maxLength: 256,
      description:
        "The claim with the name that the audit tells. Choose one that people cannot change by themselves. Where it is missing, `sub`.",
    }),
    groups_claim: Type.String({
      default: "groups",
      minLength: 1,
      maxLength: 256,
      description:
        "The claim whose values give a role: a text or a list of texts, in the ID token or else in the user info. Dots lead into objects, `realm_access.roles`.",
    }),
    roles: Type.Array(RoleOfClaim, {
      default: [],
      description:
        "What each value of `groups_claim` is allowed. The first entry whose value somebody has decides; who has none does not get in.",
    }),
    label: Type.String({
      default: "Single sign-on",
      minLength: 1,
      maxLength: 64,
      description: "On the button of the login page.",
    }),
  },
  {
    additionalProperties: false,
    default: {},
    description: "Login to the pages under `/ops` by an identity provider (OpenID Connect).",
  },
);
