import { md5, restText } from "@switchyard/pusher/rest-signature";
import { sign } from "@switchyard/pusher/signature";

export const pusherKey = "278d425bdf160c739803";
export const pusherSecret = "7ad3773142a6692b25b8";

/** Of the settings: an app for tests, another one, and one that is not enabled. */
export const pusherSettings = {
  pusher: {
    apps: [
      { id: "3", key: pusherKey, secret: pusherSecret, namespace: "app", event_max_size: 10_240 },
      { id: "4", key: "other", secret: "another-secret-of-16", namespace: "other" },
      { id: "5", key: "closed", secret: "a-third-secret-of-16", namespace: "closed", enabled: false },
    ],
  },
  channel: { namespaces: [{ name: "app" }, { name: "other" }, { name: "closed" }] },
};

export interface SignedCall {
  readonly method?: string;
  readonly path: string;
  readonly body?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly appSecret?: string;
  /** After the signature was made. */
  readonly change?: (query: URLSearchParams) => void;
  readonly sentBody?: string;
}

/** A request of a back end of the Pusher protocol that is signed by hand; `signature` is what was right. */
export async function callSigned(url: string, asked: SignedCall) {
  const { method = "POST", path, body = "", query = {}, appSecret = pusherSecret, change, sentBody } = asked;
  const parameters = {
    auth_key: pusherKey,
    auth_timestamp: String(Math.floor(Date.now() / 1_000)),
    auth_version: "1.0",
    ...(body !== "" && { body_md5: md5(body) }),
    ...query,
  };
  const signature = sign(appSecret, restText({ method, path, query: Object.entries(parameters) }));
  const sent = new URLSearchParams({ ...parameters, auth_signature: signature });
  change?.(sent);
  const response = await fetch(`${url}${path}?${sent.toString()}`, {
    method,
    ...(method === "POST" && { body: sentBody ?? body, headers: { "content-type": "application/json" } }),
  });
  return { status: response.status, text: await response.text(), signature };
}
