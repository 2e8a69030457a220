import { opsPassword, type TaskStage } from "./task-stage.ts";

/** Logs in to the dashboard; what comes back sends what its buttons send, and returns the status of the answer. */
export async function loginToBoard(stage: TaskStage) {
  const url = stage.apis[0]?.url ?? "";
  const login = await fetch(`${url}/ops/login`, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    body: `password=${opsPassword}`,
  });
  const cookie = login.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const headers = { cookie, "sec-fetch-site": "same-origin" };
  return async (path: string, method = "PUT"): Promise<number> => {
    const response = await fetch(`${url}/ops/queues/api/queues${path}`, { method, headers });
    await response.text();
    return response.status;
  };
}
