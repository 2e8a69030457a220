/**
 * What a plain object answers to though nobody has put it there. Names of handlers, groups, users, channels and namespaces come from
 * outside, and each of these is allowed in most of them: a test at the door of a table tries them all.
 */
export const namesOfEveryObject = [
  "constructor",
  "__proto__",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "isPrototypeOf",
  "__defineGetter__",
] as const;
