import Type from "typebox";
import { AlertReceiver } from "./alert-settings.ts";
import { Duration } from "./duration.ts";
import { OidcSection, OpsRole, SeenGroups } from "./oidc-section.ts";
import { Secret } from "./secret.ts";

/** Of the shared password, so no user can have it. */
export const breakGlassName = "break-glass";

const OpsUser = Type.Object(
  {
    name: Type.String({
      pattern: "^[A-Za-z0-9_.@-]{1,64}$",
      hint: "1 to 64 letters, digits and `_.@-`",
      description: "What is typed at the login and written into the audit.",
    }),
    role: OpsRole,
    groups: SeenGroups,
    password_hash: Type.String({
      pattern: String.raw`^\$scrypt\$ln=1[4-7],r=8,p=1\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$`,
      hint: "what `npm run hash-password` prints: `$scrypt$ln=15,r=8,p=1$…$…`",
      hidden: true,
      description: "A scrypt hash of the password; `npm run hash-password` makes one.",
    }),
  },
  { additionalProperties: false },
);

export const OpsSection = Type.Object(
  {
    password: Secret({
      charactersMin: 12,
      description:
        "The shared password of the pages under `/ops`. Whoever has it is an admin with the name `break-glass`. Empty: nobody gets in with it.",
      env: "SWITCHYARD_OPS_PASSWORD",
    }),
    users: Type.Array(OpsUser, {
      default: [],
      description:
        "People with names, passwords and roles of their own. With no users, no `ops.password` and no `ops.oidc` the pages are closed.",
      secret: true,
    }),
    oidc: OidcSection,
    audit_secret: Secret({
      charactersMin: 32,
      description:
        "Signs the audit, the same at every api. Empty: an entry that was changed or taken out is still found, unless it was done by somebody who knows how the hub computes.",
    }),
    read_only: Type.Boolean({
      default: false,
      description: "The pages show everything and change nothing: what would change the hub does not exist.",
    }),
    alerts: Type.Array(AlertReceiver, {
      default: [],
      maxItems: 16,
      description:
        "Who is told when something needs somebody, and when it does no more: a webhook or a chat. See docs/how-to/alerts.md.",
      secret: true,
    }),
    public_url: Type.String({
      default: "",
      pattern: "^(https?://[^?#]+)?$",
      hint: "a URL that begins with http:// or https://",
      description:
        "Where people reach these pages, as `https://hub.example.com`: for links in alerts, which are paths where it is empty, and for the way back from `ops.oidc`.",
    }),
    session_idle: Duration({
      least: "1m",
      most: "365d",
      default: "30m",
      description: "A login that is not used for so long has ended.",
    }),
    session_lifetime: Duration({
      least: "1m",
      most: "365d",
      default: "12h",
      description: "A login has ended after this, used or not.",
    }),
  },
  {
    additionalProperties: false,
    default: {},
    description: "The pages of operators under `/ops`, and who may see them.",
  },
);
