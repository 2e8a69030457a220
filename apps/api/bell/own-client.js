/**
 * A connection of the bell's own, for pages that have none: with `hub`, `token-url` and, unless the page has loaded it, `sdk`, which
 * is where the official SDK lies. Resolves to `{ client, user }`; the user is the token's unless the page names one.
 */
export async function openOwnClient({ hub, tokenUrl, sdk, user }) {
  const Centrifuge = await findSdk(sdk);
  const first = user ? undefined : await fetchToken(tokenUrl, Centrifuge);
  let unused = first;
  const client = new Centrifuge(new URL(hub, location.href).href.replace(/^http/, "ws"), {
    name: "switchyard-bell",
    getToken: async () => {
      const token = unused ?? (await fetchToken(tokenUrl, Centrifuge));
      unused = undefined;
      return token;
    },
  });
  client.connect();
  return { client, user: user || subjectOf(first) };
}

async function findSdk(sdk) {
  if (globalThis.Centrifuge !== undefined) return globalThis.Centrifuge;
  if (!sdk) throw new Error('load the centrifuge SDK before the bell, or say in sdk="…" where it lies');
  const module = await import(new URL(sdk, document.baseURI).href);
  const found = module.Centrifuge ?? globalThis.Centrifuge;
  if (found === undefined) throw new Error(`${sdk} is not the centrifuge SDK`);
  return found;
}

/** The token as text, or as `{"token": "…"}`. */
async function fetchToken(url, { UnauthorizedError }) {
  if (!url) throw new Error('token-url="…" must say where your back end gives out tokens');
  const response = await fetch(url, { headers: { accept: "application/json, text/plain" } });
  // Then the SDK does not try again until somebody has signed in.
  if (response.status === 401 || response.status === 403) throw new UnauthorizedError();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const text = (await response.text()).trim();
  return text.startsWith("{") ? JSON.parse(text).token : text;
}

/** Nothing is decided by it here: the hub checks the token, and opens the inbox of its user only. */
function subjectOf(token) {
  const [, claims = ""] = token.split(".");
  const bytes = Uint8Array.from(atob(claims.replaceAll("-", "+").replaceAll("_", "/")), (byte) => byte.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)).sub;
}
