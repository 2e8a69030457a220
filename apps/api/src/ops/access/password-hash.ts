import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** As `ops.users[].password_hash` has it: `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`, both in base64url. */
const form = /^\$scrypt\$ln=(\d+),r=8,p=1\$([\w-]{22})\$([\w-]{43})$/;

/** 2^15 rounds: 32 MiB and about a tenth of a second for each guess. */
const logRounds = 15;
const hashBytes = 32;

/** @returns a text that tells nobody the password, with a salt of its own */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, logRounds);
  return `$scrypt$ln=${logRounds},r=8,p=1$${salt.toString("base64url")}$${hash.toString("base64url")}`;
}

/** The settings have checked the form of the hash; one of another form matches nothing. */
export async function passwordMatches(password: string, passwordHash: string): Promise<boolean> {
  const [, rounds = "", salt = "", hash = ""] = form.exec(passwordHash) ?? [];
  if (hash === "") return false;
  const given = await derive(password, Buffer.from(salt, "base64url"), Number(rounds));
  return timingSafeEqual(given, Buffer.from(hash, "base64url"));
}

const deriveKey = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** The same letters typed on another system may come as other bytes, so they are brought to one form first. */
function derive(password: string, salt: Buffer, rounds: number): Promise<Buffer> {
  const cost = 2 ** rounds;
  return deriveKey(password.normalize("NFKC"), salt, hashBytes, { cost, blockSize: 8, maxmem: 2 * 128 * 8 * cost });
}
