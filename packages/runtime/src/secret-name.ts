/** What names of things have in them that nobody should read, in the languages of who writes them; for an expression that asks for more. */
export const secretWords =
  "pass|pwd|token(?!_id\\b)|secret|authorization|cookie|credential|private|api[-_]?key|密码|密钥|口令|身份证|手机";

export const secretName = new RegExp(secretWords, "i");
