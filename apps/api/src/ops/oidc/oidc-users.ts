import { ownValue } from "@switchyard/runtime/own-value";
import type { Settings } from "@switchyard/runtime/settings";
import type { OpsUser } from "../access/ops-users.ts";
import { createGroupSight } from "../../access/group-sight.ts";
import type { Claims } from "./oidc-provider.ts";

type OidcSettings = Settings["ops"]["oidc"];

/** What a login keeps of what the provider has said: who somebody is, and the values of theirs that may give a role. */
interface Kept {
  readonly name: string;
  readonly sub: string;
  readonly values: readonly string[];
}

/** In front of names, so that nobody at a provider can be called what somebody of the settings is. */
const prefix = "oidc:";
export const oidcName = (name: string): string => prefix + name;
/** Letters, digits, signs and single blanks; what turns or hides text is in none of these. */
const plainName = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+(?: [\p{L}\p{M}\p{N}\p{P}\p{S}]+)*$/u;
const nameMaxCharacters = 128;
const valuesToldMax = 20;

export interface OidcUsers {
  /** Whether the claim that gives a role is among these. */
  isTold(claims: Claims): boolean;
  /** Who somebody is, or what is missing for them to be let in. */
  judge(claims: Claims): OpsUser | { readonly missing: MissingClaim };
  /** Whom a login stands for, by the settings of now; undefined where no role is left. */
  find(kept: string): OpsUser | undefined;
}

export interface MissingClaim {
  readonly name: string;
  readonly sub: string;
  readonly claim: string;
  /** What it has; undefined: there is no such claim. */
  readonly values: readonly string[] | undefined;
  /** Any of these would do. */
  readonly needed: readonly string[];
}

export function createOidcUsers(settings: OidcSettings): OidcUsers {
  const { groups_claim: claim, roles } = settings;

  function userOf(kept: Kept): OpsUser | undefined {
    const row = roles.find(({ value }) => kept.values.includes(value));
    if (row === undefined) return undefined;
    const { issuer, client_id, client_secret } = settings;
    // The secret of the client is among what the login rests on, so that nobody who can write to Redis can make one.
    const standing = JSON.stringify([prefix, issuer, client_id, client_secret, kept.name, kept.sub, row]);
    return {
      name: oidcName(kept.name),
      role: row.role,
      sight: createGroupSight(row.groups),
      standing,
      isBreakGlass: false,
      isShared: false,
      claims: JSON.stringify(kept),
    };
  }

  return {
    isTold: (claims) => valuesOf(claims, claim) !== undefined,
    judge(claims) {
      const [sub, all] = [String(claims["sub"]), valuesOf(claims, claim)];
      const name = nameOf(claims[settings.name_claim], sub);
      const known = new Set(roles.map(({ value }) => value));
      // Of hundreds of groups those are kept that may count.
      const values = (all ?? []).filter((value) => known.has(value));
      const needed = [...known];
      return (
        userOf({ name, sub, values }) ?? { missing: { name, sub, claim, values: all?.slice(0, valuesToldMax), needed } }
      );
    },
    find(kept) {
      try {
        return userOf(JSON.parse(kept) as Kept);
      } catch {
        return undefined;
      }
    },
  };
}

function nameOf(told: unknown, sub: string): string {
  const isFit = (name: unknown): name is string =>
    typeof name === "string" && name.length <= nameMaxCharacters && plainName.test(name);
  return [told, sub].find(isFit) ?? encodeURIComponent(sub).slice(0, nameMaxCharacters);
}

/** @param path name of a claim, which may have dots of its own, or the way to one within objects */
function valuesOf(claims: Claims, path: string): readonly string[] | undefined {
  let found: unknown = ownValue(claims, path);
  if (found === undefined) {
    found = path.split(".").reduce<unknown>((at, name) => (isObject(at) ? ownValue(at, name) : undefined), claims);
  }
  if (typeof found === "string") return [found];
  return Array.isArray(found) ? found.filter((value) => typeof value === "string") : undefined;
}

function isObject(value: unknown): value is Claims {
  return typeof value === "object" && value !== null;
}
