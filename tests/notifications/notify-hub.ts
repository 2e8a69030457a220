import { startHub, type Hub } from "@switchyard/testkit/hub";
import { type ServiceRequest, startService } from "../../apps/worker/src/testing/start-service.ts";

export const signingSecret = "the-signing-secret-of-a-trial-of-notifications";

/** A hub whose handler `tell` is a service of ours, which counts what it is told. */
export interface NotifyHub {
  readonly hub: Hub;
  /** Calls of the handler, each attempt one. */
  readonly calls: readonly ServiceRequest[];
  /** Tasks the handler was given for a user: an attempt that is repeated has the same id. */
  readonly tasksFor: (user: string) => Set<string>;
  readonly notify: (body: object) => Promise<NotifyAnswer>;
  readonly report: (
    id: string,
  ) => Promise<Readonly<Record<string, number>> & { readonly escalated: Readonly<Record<string, number>> }>;
  close(): Promise<void>;
}

export interface NotifyAnswer {
  readonly id: string;
  readonly items: readonly { readonly id: string; readonly user: string }[];
  readonly tasks: readonly string[];
}

interface ToldTask {
  readonly id: string;
  readonly data: { readonly user: string };
}

export async function startNotifyHub(options: { readonly workers: number }): Promise<NotifyHub> {
  const service = await startService(() => ({ status: 200, text: "{}" }));
  const hub = await startHub({
    gateways: 1,
    workers: options.workers,
    settings: {
      channel: { user_presence: { enabled: true } },
      handlers: { tell: { kind: "http", url: service.url } },
      // What a killed worker had is taken from it soon.
      tasks: { signing_secret: signingSecret, lock_duration: "2s" },
    },
  });
  const told = () => service.requests.map(({ body }) => body as ToldTask);
  return {
    hub,
    calls: service.requests,
    tasksFor: (user) => new Set(told().flatMap(({ id, data }) => (data.user === user ? [id] : []))),
    async notify(body) {
      const answer = await hub.post("/v1/inbox", body);
      if (answer.status >= 300) throw new Error(JSON.stringify(answer.body));
      return answer.body as NotifyAnswer;
    },
    report: async (id) => (await hub.get(`/v1/notifications/${id}`)).body as never,
    async close() {
      await hub.close();
      await service.close();
    },
  };
}
