import { breakGlassName } from "@switchyard/runtime/ops-section";
import { secretsMatch } from "@switchyard/runtime/secrets-match";
import type { Settings } from "@switchyard/runtime/settings";
import { createGroupSight, type GroupSight } from "../../access/group-sight.ts";
import { hashPassword, passwordMatches } from "./password-hash.ts";

export type OpsRole = Settings["ops"]["users"][number]["role"];

/** Somebody who may log in, by the settings of this process. */
export interface OpsUser {
  readonly name: string;
  readonly role: OpsRole;
  /** Which groups of tasks they see. */
  readonly sight: GroupSight;
  /** Everything a login rests on: it ends when this changes. Never leaves the process as it is. */
  readonly standing: string;
  /** Came in by the shared password, though people can come in by their names. */
  readonly isBreakGlass: boolean;
  /** Came in by the shared password. */
  readonly isShared: boolean;
  /** What an identity provider has said of them; empty for those whom the settings name. */
  readonly claims: string;
}

export interface OpsUsers {
  /** True: the login asks for a name. */
  readonly haveNames: boolean;
  /** True: the shared password lets somebody in. */
  readonly haveShared: boolean;
  /** @param name empty for the shared password. @returns undefined unless both are right. */
  judge(name: string, password: string): Promise<OpsUser | undefined>;
  /** @param claims of {@link OpsUser} */
  find(name: string, claims: string): OpsUser | undefined;
}

type UserSettings = Pick<Settings["ops"], "users" | "password" | "oidc">;

const ofName = { isBreakGlass: false, isShared: false, claims: "" };

export function createOpsUsers({ users, password: shared, oidc }: UserSettings): OpsUsers {
  const haveNames = users.length > 0;
  const byName = new Map<string, OpsUser>();
  const hashes = new Map(users.map(({ name, password_hash: hash }) => [name, hash]));
  for (const { name, role, groups, password_hash: hash } of users) {
    const sight = createGroupSight(groups);
    // Of who sees everything as the version before had it, so that apis of both take each other's logins while they are replaced.
    const standing = [name, role, hash, ...(sight.isAll ? [] : groups)].join("\n");
    byName.set(name, { name, role, sight, standing, ...ofName });
  }
  if (shared !== "") {
    const standing = [breakGlassName, shared].join("\n");
    byName.set(breakGlassName, {
      name: breakGlassName,
      role: "admin",
      sight: createGroupSight(["*"]),
      standing,
      isBreakGlass: haveNames || oidc.issuer !== "",
      isShared: true,
      claims: "",
    });
  }
  // An unknown name must take as long as a known one, or the time tells which names there are.
  const nobodysHash = haveNames ? hashPassword("") : undefined;

  return {
    haveNames,
    haveShared: shared !== "",
    async judge(name, password) {
      if (name === "") return secretsMatch(password, shared) ? byName.get(breakGlassName) : undefined;
      const hash = hashes.get(name);
      const isRight = await passwordMatches(password, hash ?? (await nobodysHash) ?? "");
      return isRight && hash !== undefined ? byName.get(name) : undefined;
    },
    find: (name, claims) => (claims === "" ? byName.get(name) : undefined),
  };
}
