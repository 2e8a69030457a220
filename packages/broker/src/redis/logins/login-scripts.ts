import { clock, defineScript } from "../define-script.ts";

export const loginFields = ["note", "actor", "address", "claims", "began", "seen", "ends"] as const;

/** A login as Redis has it: everything is text. */
export type LoginFields = Readonly<Record<(typeof loginFields)[number], string>>;

export const beginLoginScript = defineScript({
  file: new URL("./begin-login.lua", import.meta.url),
  chunks: [clock],
  keys: ["login", "index"],
  args: ["handle", "note", "actor", "address", "claims", "idleMs", "lifeMs"],
  reply: (): void => undefined,
});

export const useLoginScript = defineScript({
  file: new URL("./use-login.lua", import.meta.url),
  chunks: [clock],
  keys: ["login"],
  args: ["idleMs"],
  reply(raw): (LoginFields & { readonly proofAgeMs: string }) | undefined {
    if (raw === null) return undefined;
    const texts = (raw as Buffer[]).map(String);
    const fields = Object.fromEntries(loginFields.map((field, place) => [field, texts[place] ?? ""])) as LoginFields;
    return { ...fields, proofAgeMs: texts[loginFields.length] ?? "" };
  },
});

export const proveLoginScript = defineScript({
  file: new URL("./prove-login.lua", import.meta.url),
  chunks: [clock],
  keys: ["login"],
  args: [],
  reply: (raw): boolean => raw === 1,
});
