import type { MutantGroup } from "../mutant.ts";

const requests = ["packages/outbound/src/outbound.test.ts"];
const addresses = ["packages/outbound/src/public-address.test.ts"];
const signing = ["packages/outbound/src/sign-message.test.ts"];

/** Requests to the outside: where they may lead, how they are signed, what bounds them. */
export const outboundMutants: MutantGroup = {
  name: "outbound",
  root: "packages/outbound/src",
  tests: requests,
  mutants: [
    {
      file: "public-address.ts",
      find: '  "169.254.0.0/16",',
      replace: '  "169.254.0.0/24",',
      breaks: "The metadata of a cloud is not called.",
      tests: addresses,
    },
    {
      file: "public-address.ts",
      find: '!address.includes("%") &&',
      replace: "",
      breaks: "An address of one machine's network is not public.",
      tests: addresses,
    },
    {
      file: "public-address.ts",
      find: 'globalUnicast.check(address, "ipv6") &&',
      replace: "",
      breaks: "An IPv6 address that is no global one is not public.",
      tests: addresses,
    },
    {
      file: "destination-guard.ts",
      find: "found.every(({ address }) =>",
      replace: "found.some(({ address }) =>",
      breaks: "One public address lets no private one in.",
    },
    {
      file: "destination-guard.ts",
      find: "if (!isTrusted && !ports.has(port)) {",
      replace: "if (false) {",
      breaks: "Only the ports of the settings are called.",
    },
    {
      file: "destination-guard.ts",
      find: 'url.username !== "" || url.password !== ""',
      replace: "false",
      breaks: "A URL with a password is not called.",
    },
    {
      file: "send-post.ts",
      find: "...(addresses !== undefined && { lookup: fixedLookup(addresses) }),",
      replace: "",
      breaks: "The address that was judged is the one connected to.",
    },
    {
      file: "send-post.ts",
      find: "if (bytes > maxBytes) {",
      replace: "if (false) {",
      breaks: "An answer is bounded in bytes.",
    },
    {
      file: "create-outbound.ts",
      find: 'urlFrom === "operator" ? undefined : await judge(url)',
      replace: 'urlFrom !== "operator" ? undefined : await judge(url)',
      breaks: "What a producer chose is judged, what the operator chose is not.",
    },
    {
      file: "sign-message.ts",
      find: "const signed = `${messageId}.${timestamp}.${body}`;",
      replace: "const signed = `${messageId}.${body}`;",
      breaks: "The time of a message is signed with it.",
      tests: signing,
    },
    {
      file: "sign-message.ts",
      find: "/^[-\\w]{1,128}$/.test(id) ? id :",
      replace: "id.length > 0 ? id :",
      breaks: "An id has one reading in what is signed.",
      tests: signing,
    },
    {
      file: "sign-message.ts",
      find: "const signatures = secrets.map((secret)",
      replace: "const signatures = secrets.slice(0, 1).map((secret)",
      breaks: "With two secrets a message is signed by both.",
      tests: signing,
    },
    {
      file: "create-outbound.ts",
      find: "lookup = lookupAll, ...rules",
      replace: "lookup = () => Promise.resolve([]), ...rules",
      breaks: "Without a resolver of its own the operating system says where a name leads.",
    },
    {
      file: "destination-guard.ts",
      find: "allowedHosts.map((host) => host.toLowerCase())",
      replace: "allowedHosts",
      breaks: "A trusted host is trusted however it is spelled in the settings.",
    },
    {
      file: "destination-guard.ts",
      find: 'url.protocol === "https:" ? 443 : 80',
      replace: "443",
      breaks: "A URL without a port is judged by the port of its scheme.",
    },
    {
      file: "send-post.ts",
      find: '"content-type": "application/json",',
      replace: '"content-type": "text/plain",',
      breaks: "What is sent says that it is JSON.",
    },
    {
      file: "send-post.ts",
      find: "Buffer.byteLength(body)",
      replace: "body.length",
      breaks: "The length of a body is told in bytes.",
    },
    {
      file: "send-post.ts",
      find: "    signal,\n    headers: {",
      replace: "    headers: {",
      breaks: "A request ends when its attempt does.",
    },
    {
      file: "send-post.ts",
      find: "  if (maxBytes === 0) {",
      replace: "  if (false) {",
      breaks: "An answer that is not wanted is not read.",
    },
    {
      file: "sign-message.ts",
      find: '"webhook-signature": signatures.join(" "),',
      replace: '"webhook-signature": signatures.join(","),',
      breaks: "Libraries of Standard Webhooks find each of the signatures.",
      tests: signing,
    },
    {
      file: "sign-message.ts",
      find: 'secret.startsWith(keyPrefix) ? Buffer.from(secret.slice(keyPrefix.length), "base64") : secret',
      replace: "secret",
      breaks: "A secret as Standard Webhooks writes it is the key that it encodes.",
      tests: signing,
    },
    {
      file: "sign-message.ts",
      find: "hmac(newest,",
      replace: "hmac(secrets.at(-1) ?? newest,",
      breaks: "The headers from before are signed by the newest secret.",
      tests: signing,
    },
  ],
};
