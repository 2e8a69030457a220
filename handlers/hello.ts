import type { Handler } from "@switchyard/tasks/handler";

/** Answers a client's rpc: who is asking comes from the hub, what they ask from the client. */
const hello: Handler<{ name?: unknown } | null> = (data, { caller }) => {
  const name = data?.name ?? caller?.user;
  if (typeof name !== "string" || name === "")
    // An error of its own, which the client is told as it stands here; one that is thrown is for the log alone.
    return { error: { code: 400, message: "data.name: say who you are", temporary: false } };
  return { hello: name, method: caller?.method ?? null };
};

export default hello;
