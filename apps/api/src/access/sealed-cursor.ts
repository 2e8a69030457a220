import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { cursorRefused } from "../shapes/page-cursor.ts";
import { narrowSightOf } from "./group-sight.ts";

export interface CursorSeal {
  close(cursor: string): string;
  /** @throws ApiError `invalid_request` for what this login was not given */
  open(sealed: string): string;
}

const open: CursorSeal = { close: (cursor) => cursor, open: (cursor) => cursor };
const [ivBytes, tagBytes] = [12, 16];

/**
 * A cursor is the place of the task that was looked at last, which may be one of a group that is hidden from who asks: for them it is sealed.
 * The key is what Redis keeps beside their login, which is told to nobody and which every api finds there; so a cursor is good as long as
 * the login is, and for nobody else.
 */
export function cursorSealOf(request: FastifyRequest): CursorSeal {
  const note = narrowSightOf(request) === undefined ? undefined : request.opsSession?.login.note;
  if (note === undefined) return open;
  const key = createHash("sha256").update(note).digest();
  return {
    close(cursor) {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", key, iv);
      const text = Buffer.concat([cipher.update(cursor), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64url");
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      const [iv, tag] = [bytes.subarray(0, ivBytes), bytes.subarray(ivBytes, ivBytes + tagBytes)];
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, iv).setAuthTag(tag);
        return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString();
      } catch {
        throw cursorRefused();
      }
    },
  };
}
