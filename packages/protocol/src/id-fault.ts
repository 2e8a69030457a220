/**
 * Ids that back ends choose: of users, tokens (`jti`) and clients. They become parts of Redis keys, channel names and
 * announcements, so every door asks the same of them; a bound that differed would let in what cannot be addressed later.
 */
export const userIdMaxBytes = 240;
export const tokenIdMaxBytes = 255;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for.
export const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

/** What is wrong with an id, to stand behind the name of its field; undefined when nothing is. */
export function findIdFault(id: string, maxBytes: number): string | undefined {
  if (Buffer.byteLength(id) > maxBytes) return `must have ${maxBytes} bytes or fewer`;
  if (controlCharacter.test(id)) return "must not contain control characters";
  return id.isWellFormed() ? undefined : "must be Unicode text";
}
