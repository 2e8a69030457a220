import type { FastifyRequest } from "fastify";

const en = {
  locale: "en",
  title: "Console",
  what: "What the hub does, for operators.",
  orPassword: "or with a password",
  name: "Name",
  nameOrShared: "Name (empty for the shared password)",
  password: "Password",
  logIn: "Log in",
  logOut: "Log out",
  logOutWhat: "Ends the session of this browser.",
  loggedOut: "Logged out",
  loggedInThere: "You are logged out here, and at your identity provider still logged in.",
  logOutThere: "Log out there, too",
  logInAgain: "Log in again",
  wrong: "That password is wrong.",
  wrongEither: "That name or that password is wrong.",
  wait: (seconds: number) => `Too many wrong passwords. Try again in ${seconds} seconds.`,
  waitForOther: (seconds: number) => `Too many logins have failed. Try again in ${seconds} seconds.`,
  isItYou: "Is it you?",
  whyProof: "What you want to do needs a login of the last five minutes.",
  passwordOf: (name: string) => `Password of ${name}`,
  prove: "Show that it is you",
  proveThere: "You came in by your identity provider: log in there again.",
  thanks: "Thank you",
  proven: "For five minutes nobody asks you again. Go back to where you came from and do it.",
  somebodyElse: "Somebody else",
  notLoggedIn: (name: string) => `You came back as ${name}, who is not logged in here.`,
  away: "The identity provider does not answer. Try again, or use a password if you have one.",
  unknown: "This login was begun in another browser, more than ten minutes ago, or has been used. Begin again.",
  notAccepted: (why: string) => `The answer of the identity provider was not accepted: ${why}. Begin again.`,
};

export type LoginWords = typeof en;

const zh: LoginWords = {
  locale: "zh-CN",
  title: "控制台",
  what: "供运维人员查看和操作 hub。",
  orPassword: "或使用密码",
  name: "用户名",
  nameOrShared: "用户名（使用共享密码时留空）",
  password: "密码",
  logIn: "登录",
  logOut: "退出登录",
  logOutWhat: "结束此浏览器的会话。",
  loggedOut: "已退出",
  loggedInThere: "您已在此退出，但在身份提供方仍处于登录状态。",
  logOutThere: "同时在身份提供方退出",
  logInAgain: "重新登录",
  wrong: "密码错误。",
  wrongEither: "用户名或密码错误。",
  wait: (seconds) => `密码错误次数过多，请在 ${seconds} 秒后重试。`,
  waitForOther: (seconds) => `登录失败次数过多，请在 ${seconds} 秒后重试。`,
  isItYou: "是您本人吗？",
  whyProof: "您要执行的操作需要五分钟之内的登录。",
  passwordOf: (name) => `${name} 的密码`,
  prove: "证明是您本人",
  proveThere: "您通过身份提供方登录：请在那里重新登录。",
  thanks: "谢谢",
  proven: "五分钟内不会再次询问。请返回原页面重新执行。",
  somebodyElse: "不是同一个人",
  notLoggedIn: (name) => `您以 ${name} 的身份返回，但此处登录的不是该用户。`,
  away: "身份提供方没有应答。请重试，或使用密码登录（如果您有）。",
  unknown: "此登录是在另一浏览器中开始的、已超过十分钟，或已被使用。请重新开始。",
  notAccepted: (why) => `身份提供方的应答未被接受：${why}。请重新开始。`,
};

/** In the language of the browser: who is not logged in has chosen none yet. */
export function loginWords({ headers }: FastifyRequest): LoginWords {
  return /^zh\b/i.test(headers["accept-language"] ?? "") ? zh : en;
}
